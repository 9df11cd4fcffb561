import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../parts/temp-folder.ts'

interface Event {
  readonly process: string
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  readonly op: 'read' | 'write'
  readonly key: string
  readonly value?: string | null
  readonly at: number
}

/** Runs it as a user does. */
async function example(...args: string[]) {
  const history = join(await tempFolder(), 'history.ndjson')
  const program = ['--disable-warning=ExperimentalWarning', 'examples/stateful-service/main.ts', '--history', history]
  const child = spawn(process.execPath, [...program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [said, errors] = ['', '']
  child.stdout.on('data', text => (said += text))
  child.stderr.on('data', text => (errors += text))
  const [code] = (await once(child, 'close')) as [number]
  const events = () =>
    readFileSync(history, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Event)
  return { code, said, errors, events }
}

const hosts = () =>
  readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('stateful-service/host.ts')
      } catch {
        return false
      }
    })
const folders = () => readdirSync(tmpdir()).filter(name => name.startsWith('andon-stateful-'))

test('two hosts never come back, the deployment goes on, and nothing that was acknowledged is lost', async () => {
  const before = { hosts: hosts(), folders: folders() }
  const { code, said, errors, events } = await example('--seconds', '60')
  expect(errors).toBe('')
  expect(said).toContain('hosts deployed: 7 of 9; lost on the way: h12, h23')
  expect(said).toContain('casualties: 2 resolved, 0 open')
  // With h12 away and never back, no host of another zone may go: the service says so, and names the sets.
  expect(said).toMatch(/h2\d denied \(safety\) placement-hurt: stripe set-\d/)
  expect(said).toContain('casualty h12 (expired) cannot be called destroyed yet:')
  expect(said).toMatch(/keys written: (\d+), read back: \1, lost: 0\n/)
  expect(said).toContain(' 0 read something older')
  expect(code).toBe(0)

  const open = new Map<string, Event>()
  const written = new Set<string>()
  for (const event of events()) {
    const asked = open.get(event.process)
    // Each process does one thing after the other.
    if (event.type === 'invoke') {
      expect(asked).toBeUndefined()
      open.set(event.process, event)
      if (event.op === 'write') written.add(`${event.key} ${event.value}`)
      continue
    }
    expect(event).toMatchObject({ op: asked!.op, key: asked!.key })
    open.delete(event.process)
    // Nobody has read what nobody has begun to write.
    if (event.op === 'read' && typeof event.value === 'string') expect(written).toContain(`${event.key} ${event.value}`)
  }
  expect(open.size).toBe(0)
  expect(written.size).toBeGreaterThan(100)
  expect(hosts().filter(pid => !before.hosts.includes(pid))).toEqual([])
  expect(folders().filter(name => !before.folders.includes(name))).toEqual([])
}, 120_000)

test('when the service cannot be asked, nothing is granted', async () => {
  const { code, said } = await example('--fault', 'down', '--seconds', '5')
  expect(said).not.toContain('granted')
  expect(said).toMatch(/h11 denied \(safety\) unreachable:/)
  expect(said).toContain('hosts deployed: 0 of 9; lost on the way: none')
  expect(said).toMatch(/keys written: (\d+), read back: \1, lost: 0\n/)
  expect(code).toBe(0)
}, 60_000)

test('a fault that there is not is refused', async () => {
  const { code, errors } = await example('--fault', 'flood')
  expect(code).toBe(2)
  expect(errors).toContain('--fault: expected one of down, slow, sick, got "flood"')
  expect(errors).toContain('usage: ')
})
