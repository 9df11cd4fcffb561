import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sleep } from '../../../src/core/abort.ts'
import { isAndonError } from '../../../src/core/errors.ts'
import { realClock } from '../../../src/core/real-clock.ts'
import { verdict } from '../../../src/core/verdict.ts'
import { memoryLedger } from '../../../src/parts/ledger/index.ts'
import { createReservationClient } from '../../../src/reservation/client/create-reservation-client.ts'
import { isReservationDenied } from '../../../src/reservation/client/reservation-denied.ts'
import { createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import { cuttingProxy } from '../cutting-proxy.ts'
import { agreeing, host, httpWorld } from '../http-world.ts'

const about = (n: number) => ({ host: host(n), activity: 'restart' as const, reason: 'a test' })
const failure = (promise: Promise<unknown>) =>
  promise.then(
    value => expect.fail(`expected a rejection, got ${JSON.stringify(value)}`),
    (error: unknown) => error as Error & { code: string },
  )

test('reserves, moves on and releases', async () => {
  const { clientOf } = await httpWorld()
  const client = clientOf('robot')
  const held = await client.reserve({ ...about(1), ttlMs: 30_000 })
  expect(held).toMatchObject({ host: host(1), token: 1 })
  expect(held.reservation).toMatchObject({ holder: 'robot', phase: 'granted', ttlMs: 30_000 })
  expect(held.expiresAt).toBe(held.reservation.expiresAt)
  expect(await held.advance('executing')).toMatchObject({ phase: 'executing' })
  expect(held.reservation.phase).toBe('executing')
  await held.renew()
  expect(await held.release({ outcome: 'healthy', reason: 'done' })).toEqual({ state: 'completed' })
  expect(held.signal.aborted).toBe(false)
  expect(await client.list()).toEqual([])
  await held[Symbol.asyncDispose]()
})

test('a denial has its reasons, as an error and as an answer', async () => {
  const { clientOf } = await httpWorld()
  await clientOf('robot').reserve(about(1))
  const error = await failure(clientOf('other').reserve(about(1)))
  expect(isReservationDenied(error)).toBe(true)
  expect(error).toMatchObject({ code: 'reservation-denied', answer: { granted: false, step: 'host' } })
  expect(error.message).toContain('robot')
  expect(await clientOf('other').tryReserve(about(1))).toMatchObject({ granted: false, step: 'host', reasons: [{}] })
  expect(await clientOf('other').explain(about(1))).toMatchObject({ grantable: false })
})

test('what goes out of scope is cancelled, unless it was released', async () => {
  const { clientOf } = await httpWorld()
  const client = clientOf('robot')
  {
    await using held = await client.reserve(about(1))
    expect(await client.get(held.id)).toBeDefined()
  }
  expect(await client.list()).toEqual([])
  {
    await using held = await client.reserve(about(2))
    await held.release({ outcome: 'failed', reason: 'smoke' })
  }
  expect(await client.casualties()).toMatchObject([{ host: host(2), reason: 'smoke' }])
  const ends = (await client.audit({ limit: 1000 })).flatMap(e => e.events.filter(x => x.type === 'ended'))
  expect(ends).toMatchObject([{ as: 'cancelled' }])
})

test('a granted request whose answer is lost is granted once, and found', async () => {
  const { server, clientOf, coordinator } = await httpWorld()
  const proxy = await cuttingProxy(server.url)
  const client = clientOf('robot', { url: proxy.url })
  proxy.next('cut', 'cut')
  const held = await client.reserve(about(1))
  expect(proxy.questions).toBeGreaterThanOrEqual(3)
  const grants = (await coordinator.audit()).flatMap(e => e.events.filter(x => x.type === 'granted'))
  expect(grants).toMatchObject([{ id: held.id, token: held.token }])
})

test.each(['cut', 'swallow'] as const)(
  'moves whose answers are %s are done once, and told as they went',
  async fate => {
    const { server, clientOf, coordinator } = await httpWorld()
    const proxy = await cuttingProxy(server.url)
    const client = clientOf('robot', { url: proxy.url, timeoutMs: 2000 })
    const [first, second, third] = [
      await client.reserve(about(1)),
      await client.reserve(about(2)),
      await client.reserve(about(3)),
    ]
    proxy.next(fate)
    expect(await first.advance('executing')).toMatchObject({ phase: 'executing' })
    proxy.next(fate)
    await first.renew()
    proxy.next(fate)
    expect(await first.release({ outcome: 'healthy' })).toEqual({ state: 'completed' })
    proxy.next(fate)
    expect(await second.release({ outcome: 'failed' })).toEqual({ state: 'casualty' })
    proxy.next(fate)
    expect(await third.cancel('no need')).toEqual({ state: 'cancelled' })
    const ends = (await coordinator.audit()).flatMap(e => e.events.filter(x => x.type === 'ended' || x.type === 'lost'))
    expect(ends).toHaveLength(3)
    for (const held of [first, second, third]) expect(held.signal.aborted).toBe(false)
  },
)

test('whoever may not read is told that the end of a reservation is not certain', async () => {
  const { server, clientOf } = await httpWorld()
  const proxy = await cuttingProxy(server.url)
  const held = await clientOf('mute', { url: proxy.url }).reserve(about(1))
  proxy.next('cut')
  expect(await failure(held.release({ outcome: 'healthy' }))).toMatchObject({ code: 'reservation-uncertain' })
})

test('no answer at all is uncertain for what acts and unreachable for what asks; nothing hangs', async () => {
  const { server, clientOf } = await httpWorld()
  const proxy = await cuttingProxy(server.url)
  proxy.always('swallow')
  const client = clientOf('robot', { url: proxy.url, timeoutMs: 300 })
  expect(await failure(client.reserve({ ...about(1), key: 'mine' }))).toMatchObject({ code: 'reservation-uncertain' })
  expect(await failure(client.status())).toMatchObject({ code: 'reservation-unreachable' })
  const nowhere = clientOf('robot', { url: 'http://127.0.0.1:9', timeoutMs: 300 })
  expect(await failure(nowhere.reserve(about(1)))).toMatchObject({ code: 'reservation-unreachable' })
  proxy.always('pass')
  // The key is the caller's: it asks again, and gets what the first one was granted.
  expect((await client.reserve({ ...about(1), key: 'mine' })).token).toBe(1)
})

test('what was granted to a request that was given up is given back', async () => {
  const { server, clientOf, coordinator } = await httpWorld()
  const proxy = await cuttingProxy(server.url)
  const client = clientOf('robot', { url: proxy.url })
  proxy.next('swallow')
  const stop = new AbortController()
  const asked = failure(client.reserve(about(1), { signal: stop.signal }))
  await expect.poll(async () => (await coordinator.status()).reservations.length).toBe(1)
  const why = new Error('not any more')
  stop.abort(why)
  expect(await asked).toBe(why)
  await expect.poll(async () => (await coordinator.status()).reservations.length).toBe(0)
  expect((await coordinator.status()).casualties).toEqual([])
})

test('waits its turn: first come, first served, over as many requests as it takes', async () => {
  const { clientOf } = await httpWorld({ server: { longestWaitMs: 200 } })
  const first = await clientOf('robot').reserve(about(1))
  const order: string[] = []
  const wait = async (name: string) => {
    const held = await clientOf(name).waitFor({ ...about(1), waitMs: 20_000 })
    order.push(name)
    await held.release({ outcome: 'healthy' })
  }
  const others: Promise<void>[] = []
  for (const name of ['other', 'mute', 'boss']) {
    others.push(wait(name))
    // Each is in line before the next one comes.
    await expect
      .poll(async () => (await clientOf('reader').waiting()).some(w => w.holder === name), { interval: 5 })
      .toBe(true)
  }
  // Long enough that every one of them has asked again and again.
  await sleep(realClock, 1500)
  await first.release({ outcome: 'healthy' })
  await Promise.all(others)
  expect(order).toEqual(['other', 'mute', 'boss'])
})

test('what was granted after a wait is renewed before it is relied on', async () => {
  const { clientOf, coordinator } = await httpWorld()
  const first = await clientOf('robot').reserve(about(1))
  const waiting = clientOf('other').waitFor({ ...about(1), ttlMs: 2000, waitMs: 20_000 })
  await sleep(realClock, 400)
  await first.release({ outcome: 'healthy' })
  const held = await waiting
  const events = (await coordinator.audit()).flatMap(e => e.events)
  expect(events.filter(e => e.type === 'renewed')).toMatchObject([{ id: held.id, ttlMs: 2000 }])
})

test('a host that nobody knows is not waited for', async () => {
  const { clientOf } = await httpWorld()
  expect(await clientOf('robot').tryReserve({ ...about(99), waitMs: 60_000 })).toMatchObject({
    granted: false,
    reasons: [{ code: 'unknown-host' }],
  })
})

test('a server that is restarted during a wait is asked again', async () => {
  const { clientOf, server, serve } = await httpWorld()
  const client = clientOf('other')
  const first = await clientOf('robot').reserve(about(1))
  const waiting = client.waitFor({ ...about(1), waitMs: 20_000 })
  await expect.poll(async () => (await clientOf('reader').waiting()).length).toBe(1)
  // It does not wait for those who stand in line: without that this takes longer than the test may.
  await server.close({ timeoutMs: 60_000 })
  const again = await serve(server.port)
  onTestFinished(() => again.close())
  await expect.poll(async () => (await clientOf('reader').waiting()).length).toBe(1)
  await first.release({ outcome: 'healthy' })
  expect((await waiting).host).toBe(host(1))
})

test('an abort ends a wait at once, and the place in line', async () => {
  const { clientOf, coordinator } = await httpWorld()
  await clientOf('robot').reserve(about(1))
  const stop = new AbortController()
  const asked = failure(clientOf('other').waitFor({ ...about(1), waitMs: 60_000 }, { signal: stop.signal }))
  await expect.poll(async () => (await coordinator.status()).waiting.length).toBe(1)
  stop.abort(new Error('enough'))
  expect((await asked).message).toBe('enough')
  await expect.poll(async () => (await coordinator.status()).waiting.length).toBe(0)
  const early = AbortSignal.abort(new Error('before'))
  for (const call of [
    clientOf('other').reserve(about(2), { signal: early }),
    clientOf('other').status({ signal: early }),
    clientOf('other').renew({ id: 'r-1', token: 1 }, undefined, { signal: early }),
  ])
    expect((await failure(call)).message).toBe('before')
})

test('closing ends what is under way, and what is held counts as lost', async () => {
  const { clientOf, coordinator } = await httpWorld()
  const client = clientOf('robot')
  const held = await client.reserve(about(1))
  const waiting = failure(clientOf('other').waitFor({ ...about(1), waitMs: 60_000 }))
  const alone = clientOf('other')
  const other = failure(alone.waitFor({ ...about(1), waitMs: 60_000 }))
  await expect.poll(async () => (await coordinator.status()).waiting.length).toBe(2)
  await alone.close()
  expect(await other).toMatchObject({ code: 'reservation-closed' })
  await client.close()
  expect(held.signal.reason).toMatchObject({ code: 'reservation-lost' })
  expect(await failure(client.status())).toMatchObject({ code: 'reservation-closed' })
  expect(await failure(client.reserve(about(2)))).toMatchObject({ code: 'reservation-closed' })
  await coordinator.cancel({ id: held.id, by: 'boss' }, 'for the next one')
  void waiting
})

test('renews by itself, also for one whose reservation it was not', async () => {
  const { clientOf, coordinator } = await httpWorld()
  const held = await clientOf('robot').reserve({ ...about(1), ttlMs: 600 })
  await sleep(realClock, 1500)
  expect(held.signal.aborted).toBe(false)
  expect(held.expiresAt).toBeGreaterThan(held.reservation.grantedAt + 600)
  const other = createReservationClient({ url: 'http://127.0.0.1:9' })
  await other.close()
  const taken = await clientOf('robot').hold({ id: held.id, token: held.token })
  expect(taken.token).toBe(held.token)
  expect((await coordinator.status()).casualties).toEqual([])
})

test('is lost in time when the server cannot be reached, and at once when it says so', async () => {
  const { server, clientOf, coordinator } = await httpWorld()
  const proxy = await cuttingProxy(server.url)
  const held = await clientOf('robot', { url: proxy.url }).reserve({ ...about(1), ttlMs: 800 })
  proxy.always('swallow')
  await once(held.signal, 'abort')
  // The lease itself still lasts: whoever heeds the signal stops in time.
  expect((await coordinator.status()).casualties).toEqual([])
  expect(held.signal.reason).toMatchObject({ code: 'reservation-lost' })
  expect(await failure(held.advance('executing'))).toMatchObject({ code: 'reservation-lost' })
  await expect.poll(async () => (await coordinator.status()).casualties.length).toBe(1)

  const other = await clientOf('robot').reserve({ ...about(2), ttlMs: 30_000 })
  await coordinator.cancel({ id: other.id, by: 'boss' }, 'I need it')
  expect(await failure(other.renew())).toMatchObject({ code: 'reservation-lost' })
  expect(other.signal.reason).toMatchObject({ code: 'reservation-lost' })
})

test('asks for the host’s health until it is well, as long as it is told to', async () => {
  let healthy = false
  const { clientOf } = await httpWorld({
    coordinator: {
      health: async ({ host: place }) =>
        verdict(healthy ? 'go' : 'wait', { source: 'probe', at: Date.now(), subject: { place } }, 'probe', 'it boots'),
    },
  })
  const held = await clientOf('robot').reserve(about(1))
  expect(await held.release({ outcome: 'healthy' })).toMatchObject({ state: 'restoring' })
  expect(held.signal.aborted).toBe(false)
  const released = held.release({ outcome: 'healthy', waitMs: 20_000 })
  healthy = true
  expect(await released).toEqual({ state: 'completed' })
})

/** A server that answers everything with this. */
async function lyingServer(status: number, body: unknown): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const reservation = {
  ...{ id: 'r-1', host: host(1), activity: 'restart', phase: 'granted', holder: 'robot', reason: 'x', priority: 'low' },
  ...{ token: 1, grantedAt: 1, expiresAt: 2, ttlMs: 60_000, placementVersion: 1 },
}
test.each([
  ['not JSON', 'granted'],
  ['empty', ''],
  ['granted without a reservation', { granted: true }],
  ['a reservation of another host', { granted: true, reservation: { ...reservation, host: host(2) } }],
  ['another activity', { granted: true, reservation: { ...reservation, activity: 'destroy' } }],
  ['no token', { granted: true, reservation: { ...reservation, token: undefined } }],
  ['a token that is no number', { granted: true, reservation: { ...reservation, token: '1' } }],
  ['granted, in a word', { granted: 'true', reservation }],
  ['a list', [{ granted: true, reservation }]],
])('an answer that is %s is no permission', async (_, body) => {
  const client = createReservationClient({ url: await lyingServer(200, body), timeoutMs: 200 })
  onTestFinished(() => client.close())
  expect(await failure(client.reserve({ ...about(1), key: 'k' }))).toMatchObject({ code: 'reservation-uncertain' })
})

test.each([
  [404, 'nothing here', 'reservation-unreachable'],
  [302, '', 'reservation-unreachable'],
  [500, { error: { code: 'internal', message: 'oops' } }, 'internal'],
  [500, { error: 'oops' }, 'reservation-unreachable'],
  [401, { error: { code: 'unauthorised', message: 'who?' } }, 'unauthorised'],
])('status %i with %j is %s', async (status, body, code) => {
  const client = createReservationClient({ url: await lyingServer(status, body), timeoutMs: 200 })
  onTestFinished(() => client.close())
  expect(await failure(client.reserve({ ...about(1), key: 'k' }))).toMatchObject({ code })
})

test.each([
  [{ url: 'nonsense' }, 'url'],
  [{ url: 'ftp://127.0.0.1/' }, 'url'],
  [{ url: 'http://reservations.example/', token: 'secret-token' }, 'url'],
  [{ url: 'http://127.0.0.1:1', token: '' }, 'token'],
  [{ url: 'http://127.0.0.1:1', token: 't', sign: { sign: () => ({ authorization: '' }) } }, 'token'],
  [{ url: 'http://127.0.0.1:1', timeoutMs: 0 }, 'timeoutMs'],
])('%j is refused', (options, field) => {
  let error: unknown
  try {
    createReservationClient(options)
  } catch (thrown) {
    error = thrown
  }
  expect(isAndonError(error, 'invalid-option')).toBe(true)
  expect((error as Error).message).toContain(`${field}: expected`)
  expect((error as Error).message).not.toContain('secret-token')
})

test('two servers on one ledger are one to their clients', async () => {
  const ledger = memoryLedger()
  const one = await httpWorld({ ledger })
  const coordinator = createCoordinator({ ledger, safety: agreeing, everyMs: 20 })
  onTestFinished(() => coordinator.close())
  const two = await httpWorld({ ledger })
  const held = await one.clientOf('robot').reserve(about(1))
  expect(await two.clientOf('other').tryReserve(about(1))).toMatchObject({ granted: false, step: 'host' })
  expect(await two.clientOf('robot').release(held, { outcome: 'healthy' })).toEqual({ state: 'completed' })
})
