import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sleep } from '../../../src/core/abort.ts'
import { realClock } from '../../../src/core/real-clock.ts'
import { virtualClock } from '../../../src/core/virtual-clock.ts'
import { createHostAgent } from '../../../src/reservation/agent/create-host-agent.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { cuttingProxy } from '../cutting-proxy.ts'
import { host, httpWorld } from '../http-world.ts'

const about = { host: host(1), activity: 'restart' as const, reason: 'a test' }
const refused = (promise: Promise<unknown>, why: string | RegExp = '') =>
  expect(promise).rejects.toMatchObject({ code: 'agent-refused', message: expect.stringMatching(why) })

test('permits the newest token while its lease lasts, and no other', async () => {
  const { clientOf, coordinator } = await httpWorld()
  const client = clientOf('robot')
  const first = await client.reserve(about)
  for (const authority of [client, coordinator]) {
    const agent = createHostAgent({ authority, host: host(1) })
    const { leftMs, reservation } = await agent.check(first.token)
    expect(reservation.id).toBe(first.id)
    expect(leftMs).toBeGreaterThan(5000)
    expect(leftMs).toBeLessThanOrEqual(60_000)
    await refused(agent.check(first.token + 1), /token/)
    expect(await agent.guard(first.token, ({ signal }) => `acted ${signal.aborted}`)).toBe('acted false')
    await refused(createHostAgent({ authority, host: host(2) }).check(first.token), /nobody has reserved it/)
  }
})

test('a token that is older than one seen before is refused without asking, over restarts too', async () => {
  const { clientOf } = await httpWorld()
  const stateFile = join(await tempFolder(), 'token.json')
  const client = clientOf('robot')
  const first = await client.reserve(about)
  await createHostAgent({ authority: client, host: host(1), stateFile }).check(first.token)
  await first.release({ outcome: 'healthy' })
  const second = await client.reserve(about)
  await createHostAgent({ authority: client, host: host(1), stateFile }).check(second.token)
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual({ token: second.token })
  expect((await stat(stateFile)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(stateFile, '..'))).toEqual(['token.json'])
  // An authority that lies, or that has lost its memory.
  const lying: Pick<Coordinator, 'check'> = {
    check: async ({ token }) => ({ leftMs: 60_000, reservation: { ...second.reservation, token } }),
  }
  await refused(createHostAgent({ authority: lying, host: host(1), stateFile }).check(first.token), /older than/)
})

test.each([
  ['nothing', ''],
  ['half a file', '{"token"'],
  ['no token', '{}'],
  ['a token that is none', '{"token":"9"}'],
  ['a negative one', '{"token":-1}'],
])('a state file with %s refuses', async (_, text) => {
  const { clientOf } = await httpWorld()
  const stateFile = join(await tempFolder(), 'token.json')
  await writeFile(stateFile, text)
  const client = clientOf('robot')
  const { token } = await client.reserve(about)
  await refused(createHostAgent({ authority: client, host: host(1), stateFile }).check(token), /token\.json/)
})

test('a state file that cannot be written refuses', async () => {
  const { clientOf } = await httpWorld()
  const client = clientOf('robot')
  const { token } = await client.reserve(about)
  const stateFile = join(await tempFolder(), 'no-such-folder', 'token.json')
  await refused(createHostAgent({ authority: client, host: host(1), stateFile }).check(token), /token\.json/)
})

test('agents at once on one file keep the largest token', async () => {
  const stateFile = join(await tempFolder(), 'token.json')
  const { clientOf } = await httpWorld()
  const { reservation } = await clientOf('robot').reserve(about)
  const authority: Pick<Coordinator, 'check'> = {
    check: async ({ token }) => ({ leftMs: 60_000, reservation: { ...reservation, token } }),
  }
  const agent = createHostAgent({ authority, host: host(1), stateFile })
  const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => agent.check(50 - i)))
  expect(answers[0]!.status).toBe('fulfilled')
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual({ token: 50 })
  await refused(agent.check(49), /older than 50/)
})

describe('no evidence is a refusal', () => {
  test('a lease with too little left', async () => {
    const { clientOf } = await httpWorld()
    const client = clientOf('robot')
    const { token } = await client.reserve({ ...about, ttlMs: 4000 })
    await refused(
      createHostAgent({ authority: client, host: host(1) }).check(token),
      /ms are left of the lease, 5000 needed/,
    )
    await createHostAgent({ authority: client, host: host(1), minLeftMs: 100 }).check(token)
  })

  test('a server that does not answer', async () => {
    const { server, clientOf } = await httpWorld()
    const proxy = await cuttingProxy(server.url)
    const client = clientOf('robot', { url: proxy.url })
    const { token } = await client.reserve(about)
    proxy.always('swallow')
    let begun = false
    const agent = createHostAgent({ authority: client, host: host(1), timeoutMs: 100 })
    await refused(
      agent.guard(token, () => (begun = true)),
      /no answer within 100 ms/,
    )
    expect(begun).toBe(false)
  })

  test('an answer that is not in full about this very right', async () => {
    const { clientOf } = await httpWorld()
    const { reservation } = await clientOf('robot').reserve(about)
    const good = { leftMs: 60_000, reservation }
    const agentOf = (answer: unknown) =>
      createHostAgent({ authority: { check: async () => answer as typeof good }, host: host(1) })
    await agentOf(good).check(reservation.token)
    const wrong = fc.oneof(
      fc.anything(),
      fc.record({ leftMs: fc.anything(), reservation: fc.constant(reservation) }),
      fc.record({ leftMs: fc.constant(60_000), reservation: fc.anything() }),
      fc.record({
        leftMs: fc.constant(60_000),
        reservation: fc.record({ host: fc.string(), token: fc.constant(reservation.token) }),
      }),
      fc.record({
        leftMs: fc.constant(60_000),
        reservation: fc.record({ host: fc.constant(host(1)), token: fc.nat().filter(n => n !== reservation.token) }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(wrong, async answer => {
        const { leftMs } = (answer ?? {}) as { leftMs?: unknown }
        fc.pre(!(typeof leftMs === 'number' && leftMs >= 5000 && (answer as typeof good).reservation === reservation))
        await refused(agentOf(answer).check(reservation.token))
      }),
    )
  })

  test('what the answer took to come is gone of the lease', async () => {
    const clock = virtualClock()
    const { clientOf } = await httpWorld()
    const { reservation } = await clientOf('robot').reserve(about)
    const authority: Pick<Coordinator, 'check'> = {
      async check() {
        await sleep(clock, 3000)
        return { leftMs: 7000, reservation }
      },
    }
    const asked = createHostAgent({ authority, host: host(1), clock }).check(reservation.token)
    const outcome = refused(asked, /4000 ms are left/)
    await clock.advance(3000)
    await outcome
  })
})

test('work that goes on for too long is told to stop, and so is work that is not wanted any more', async () => {
  const { clientOf } = await httpWorld()
  const client = clientOf('robot')
  const held = await client.reserve({ ...about, ttlMs: 1000 })
  const agent = createHostAgent({ authority: client, host: host(1), minLeftMs: 300 })
  const reason = await agent.guard(held.token, async ({ signal }) => {
    await once(signal, 'abort')
    return signal.reason as unknown
  })
  expect(reason).toMatchObject({ code: 'agent-refused' })
  const stop = new AbortController()
  const stopped = agent.guard(
    held.token,
    async ({ signal }) => {
      stop.abort(new Error('enough'))
      return signal.reason as unknown
    },
    { signal: stop.signal },
  )
  expect(await stopped).toMatchObject({ message: 'enough' })
  await expect(agent.check(held.token, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
})

test('a client that was frozen past its lease and then acts is refused', async () => {
  const { server, coordinator } = await httpWorld()
  const child = spawn(process.execPath, [resolve('test/reservation/agent/paused-client.ts'), server.url, '600'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('reserved')
  child.stdin.write('act\n')
  expect((await lines.next()).value).toBe('acted held')
  child.kill('SIGSTOP')
  await expect.poll(async () => (await coordinator.status()).casualties.length).toBe(1)
  await coordinator.resolve(host(1), 'repaired', 'boss', 'looked at it')
  const next = await coordinator.reserve({ ...about, holder: 'other' })
  expect(next.granted).toBe(true)
  // What it is told to do first, once it goes on, is to act: its timers have not run yet.
  child.stdin.write('act\n')
  child.kill('SIGCONT')
  expect((await lines.next()).value).toMatch(/^agent-refused/)
  await sleep(realClock, 200)
  child.stdin.write('act\n')
  expect((await lines.next()).value).toBe('agent-refused lost')
})
