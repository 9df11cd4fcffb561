import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Gate,
  memoryCord,
  minutes,
  seconds,
  type Verdict,
  type VirtualClock,
  virtualClock,
} from '../../src/core/index.ts'
import { type Journal, memoryJournal, sqliteJournal } from '../../src/parts/journal/index.ts'
import { type RunOptions, runHistory, runPipeline } from '../../src/pipeline/index.ts'
import { rollout, twoRegions } from '../support/plans.ts'
import { drive, gateOf, type World, world } from '../support/world.ts'

let clock: VirtualClock
let journal: Journal
let hosts: World
let options: RunOptions
const folder = mkdtempSync(join(tmpdir(), 'andon-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  clock = virtualClock(1_000_000)
  journal = memoryJournal({ clock })
  hosts = world(clock)
  options = { version: '2', run: 'run', deployer: hosts.deployer, journal, clock }
})

const release = (gates: { tests?: Gate; canary?: Gate; alarms?: Gate } = {}) =>
  twoRegions(
    gates.tests ?? gateOf('tests', clock),
    gates.canary ?? gateOf('canary', clock),
    gates.alarms ?? gateOf('alarms', clock),
  )
const run = (plan = release(), more: Partial<RunOptions> = {}) =>
  drive(clock, runPipeline(plan, { ...options, ...more }))
const all = (version: string) => expect([...new Set(hosts.versions.values())]).toEqual([version])
const entries = async () => Array.fromAsync(journal.read('run'), e => e.event.type)

describe('a run', () => {
  test('takes every host to the new version and says so', async () => {
    const outcome = await run()
    expect(outcome).toMatchObject({
      outcome: 'released',
      resumed: false,
      hosts: 14,
      hostsTouched: 14,
      versions: { 2: 14 },
      previousVersion: '1',
    })
    all('2')
  })

  test('writes each intent before the deed and each outcome after it', async () => {
    await run()
    const types = (await entries()).filter(t => t.startsWith('deploy'))
    expect(types).toHaveLength(28)
    const open = new Set<string>()
    for await (const { event } of journal.read('run')) {
      const { type, host } = event as { type: string; host?: string }
      if (type === 'deploy-intended') open.add(host!)
      if (type === 'deployed') expect(open.delete(host!)).toBe(true)
    }
    expect(open.size).toBe(0)
  })

  test('that has ended is not run again', async () => {
    await run()
    const before = (await entries()).length
    hosts.calls.length = 0
    expect(await run()).toMatchObject({ outcome: 'released', resumed: true })
    expect([hosts.calls, (await entries()).length]).toEqual([[], before])
  })

  test('that was released can be rolled back afterwards', async () => {
    await run()
    expect(await run(release(), { rollback: { by: 'sue', reason: 'complaints' } })).toMatchObject({
      outcome: 'rolled-back',
      cause: { by: 'operator' },
    })
    all('1')
  })

  test('leaves a host alone that has the version already', async () => {
    await hosts.deployer.hosts('p/r1', { signal: AbortSignal.timeout(1000) })
    hosts.versions.set('p/r1/z2/-/h1', '2')
    expect(await run()).toMatchObject({ outcome: 'released', hostsTouched: 13 })
    expect(hosts.calls).not.toContain('deploy p/r1/z2/-/h1')
  })

  test('a gate that says stop before production halts with nothing touched', async () => {
    const outcome = await run(release({ tests: gateOf('tests', clock, () => 'stop') }))
    expect(outcome).toMatchObject({
      outcome: 'halted',
      hostsTouched: 0,
      cause: { by: 'tests', stage: 'pre-production' },
    })
  })

  test('an alarm in the second region rolls both back, newest zone first', async () => {
    const alarms = gateOf('alarms', clock, ({ place, phase }) =>
      place === 'p/r2/z2' && phase === 'bake' ? 'stop' : 'go',
    )
    const outcome = await run(release({ alarms }))
    expect(outcome).toMatchObject({
      outcome: 'rolled-back',
      hostsTouched: 12,
      cause: { by: 'alarms', place: 'p/r2/z2', stage: 'r2' },
    })
    const zones = hosts.calls
      .filter(c => c.startsWith('rollback'))
      .map(c => c.slice('rollback '.length, 'rollback p/r2/z2'.length))
    expect([...new Set(zones)]).toEqual(['p/r2/z2', 'p/r2/z1', 'p/r1/z3', 'p/r1/z2', 'p/r1/z1'])
    all('1')
  })

  test('callbacks that throw break nothing', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    expect(
      await run(release(), { onEvent: boom, onEscalate: boom, logger: { info: boom, error: boom, warn: boom } }),
    ).toMatchObject({ outcome: 'released' })
  })

  test('is stopped by its signal, and goes on later', async () => {
    const stop = new AbortController()
    const first = runPipeline(release(), { ...options, signal: stop.signal })
    clock.setTimer(minutes(3), () => stop.abort(new Error('enough')))
    await expect(drive(clock, first)).rejects.toThrow('enough')
    expect(await run()).toMatchObject({ outcome: 'released', resumed: true })
    expect([...hosts.changes.values()].every(n => n === 1)).toBe(true)
  })

  test('counts data points, and a counter that fails is no evidence', async () => {
    const needing = release().wave(['r3'], { ...rollout, bake: { durationMs: seconds(30), dataPoints: 5 } })
    let asked = 0
    const dataPoints = () => {
      asked++
      if (asked < 4) throw new Error('telemetry is down')
      return 7
    }
    expect(await run(needing, { dataPoints })).toMatchObject({ outcome: 'released' })
    expect(asked).toBeGreaterThanOrEqual(4)
  })
})

describe('the cord', () => {
  const pullAt = (cord: ReturnType<typeof memoryCord>, ms: number, level: 'hold' | 'freeze') =>
    clock.setTimer(ms, () => void cord.pull(level, 'sue', 'something smells'))

  test('held: nothing goes forward, nothing goes back; released: the run goes on', async () => {
    const cord = memoryCord({ clock })
    pullAt(cord, minutes(2), 'hold')
    let while_held = -1
    clock.setTimer(minutes(2) + seconds(10), () => {
      while_held = hosts.calls.length
    })
    clock.setTimer(minutes(12), () => {
      expect(hosts.calls.length).toBe(while_held)
      void cord.release('sue', 'it was lunch')
    })
    expect(await run(release(), { cord })).toMatchObject({ outcome: 'released' })
    expect(hosts.calls.every(c => c.startsWith('deploy'))).toBe(true)
  })

  test('held for longer than the plan waits: halted where it stands; then it can be rolled back with the cord still held', async () => {
    const cord = memoryCord({ clock })
    pullAt(cord, minutes(4), 'hold')
    const outcome = await run(release(), { cord })
    expect(outcome).toMatchObject({ outcome: 'halted', cause: { by: 'cord', code: 'cord' } })
    expect(Object.values(outcome.versions).reduce((a, b) => a + b)).toBe(14)
    expect(await run(release(), { cord, rollback: { by: 'sue', reason: 'undo' } })).toMatchObject({
      outcome: 'rolled-back',
    })
    all('1')
  })

  test('frozen: not even a roll-back moves until it is let go', async () => {
    const cord = memoryCord({ clock })
    const alarms = gateOf('alarms', clock, ({ place, phase }) =>
      place === 'p/r1/z2' && phase === 'bake' ? 'stop' : 'go',
    )
    let back = -1
    const outcome = runPipeline(release({ alarms }), {
      ...options,
      cord,
      onEvent: (_e, state) => {
        if (state.mode.kind === 'draining') void cord.pull('freeze', 'sue', 'do not touch')
        if (state.mode.kind === 'rolling-back' && back < 0) {
          back = 0
          clock.setTimer(minutes(5), () => {
            back = hosts.calls.filter(c => c.startsWith('rollback')).length
            void cord.release('sue', 'go')
          })
        }
      },
    })
    expect(await drive(clock, outcome)).toMatchObject({ outcome: 'rolled-back' })
    expect(back).toBe(0)
    all('1')
  })

  test.each([
    ['throws', { read: () => Promise.reject(new Error('disk gone')) }],
    ['hangs', { read: () => new Promise<never>(() => {}) }],
    ['answers nonsense', { read: async () => 'fine' as never }],
  ])('that %s counts as frozen: nothing is ever deployed', async (_what, cord) => {
    const outcome = await run(release(), { cord })
    expect(outcome).toMatchObject({ outcome: 'halted', cause: { by: 'cord' }, hostsTouched: 0 })
    expect(hosts.calls).toEqual([])
  })
})

describe('a deployer that', () => {
  test('fails is rolled back, the failed host included', async () => {
    hosts.trouble.set('p/r1/z2/-/h1', 'fail')
    const failing = runPipeline(release(), {
      ...options,
      onEvent: e => e.type === 'deploy-failed' && hosts.trouble.clear(),
    })
    expect(await drive(clock, failing)).toMatchObject({
      outcome: 'rolled-back',
      cause: { by: 'deployer', place: 'p/r1/z2/-/h1' },
    })
    all('1')
  })

  test('hangs is cut off by the deadline and rolled back', async () => {
    hosts.trouble.set('p/r1/z2/-/h1', 'hang')
    const hanging = runPipeline(release(), {
      ...options,
      onEvent: e => e.type === 'deploy-failed' && hosts.trouble.clear(),
    })
    expect(await drive(clock, hanging)).toMatchObject({
      outcome: 'rolled-back',
      cause: { by: 'deployer', code: 'timeout' },
    })
    all('1')
  })

  test('lies about currentVersion is found out: done, it says, and is not', async () => {
    hosts.trouble.set('p/r1/z2/-/h1', 'lie')
    expect(await run()).toMatchObject({ outcome: 'rolled-back', cause: { by: 'deployer', code: 'version-mismatch' } })
    all('1')
  })

  test('answers no version at all is a failed deployment', async () => {
    const deployer = {
      ...hosts.deployer,
      currentVersion: async (host: string, o: { signal: AbortSignal }) =>
        host === 'p/r1/z2/-/h1' ? (undefined as never) : hosts.deployer.currentVersion(host, o),
    }
    const outcome = await run(release(), { deployer })
    expect(outcome).toMatchObject({ outcome: 'halted', cause: { by: 'verification' } })
    expect(outcome.attention[0]).toMatchObject({ host: 'p/r1/z2/-/h1' })
    expect((await entries()).filter(t => t === 'deploy-failed')).toHaveLength(1)
  })

  test('cannot roll a host back is tried three times, then escalates loudly, and the rest goes back', async () => {
    const escalated: string[] = []
    const errors: string[] = []
    const alarms = gateOf('alarms', clock, ({ place, phase }) =>
      place === 'p/r1/z3' && phase === 'bake' ? 'stop' : 'go',
    )
    const outcome = runPipeline(release({ alarms }), {
      ...options,
      onEscalate: host => escalated.push(host),
      logger: { error: m => errors.push(m) },
      onEvent: (_e, s) => s.mode.kind === 'rolling-back' && hosts.trouble.set('p/r1/z2/-/h1', 'fail'),
    })
    expect(await drive(clock, outcome)).toMatchObject({ outcome: 'halted', cause: { by: 'verification' } })
    expect(escalated).toEqual(['p/r1/z2/-/h1'])
    expect(errors[0]).toMatch(/ROLL-BACK FAILED on p\/r1\/z2\/-\/h1/)
    expect(hosts.calls.filter(c => c === 'rollback p/r1/z2/-/h1')).toHaveLength(3)
    expect([...hosts.versions].filter(([, v]) => v === '2').map(([h]) => h)).toEqual(['p/r1/z2/-/h1'])
    // Somebody looked at it; the run is taken up again and finishes its way back.
    hosts.trouble.clear()
    expect(await run(release({ alarms }))).toMatchObject({ outcome: 'rolled-back', attention: [] })
    all('1')
  })

  test.each<[string, unknown, RegExp]>([
    ['throws', () => Promise.reject(new Error('no credentials')), /hosts\(p\/r1\): no credentials/],
    ['hangs', () => new Promise(() => {}), /hosts\(p\/r1\): no answer within 30000 ms/],
    ['answers no list', async () => 'h1', /expected a list/],
    ['lists a host elsewhere', async () => [{ host: 'p/r9/z1/-/h1' }], /expected hosts within p\/r1/],
    ['lists a host twice', async () => [{ host: 'p/r1/z1/-/h1' }, { host: 'p/r1/z1/-/h1' }], /is listed twice/],
    ['has no validator', async () => [{ host: 'p/r1/z1/-/h1' }], /at least one validator/],
    ['has only validators', async () => [{ host: 'p/r1/z1/-/h1', role: 'validator' }], /at least one serving host/],
  ])('%s when hosts are listed: an error, and nothing is recorded', async (_what, list, message) => {
    await expect(run(release(), { deployer: { ...hosts.deployer, hosts: list as never } })).rejects.toThrow(message)
    expect(await entries()).toEqual([])
  })
})

describe('a gate that', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['hangs', () => new Promise(() => {})],
    ['answers undefined', async () => undefined],
    ['answers a string', async () => 'go'],
    [
      'answers about another version',
      async (): Promise<Verdict> => ({
        decision: 'go',
        reasons: [],
        subject: { version: '1' },
        source: 'alarms',
        at: 0,
      }),
    ],
    [
      'answered long ago',
      async (): Promise<Verdict> => ({
        decision: 'go',
        reasons: [],
        subject: {},
        source: 'alarms',
        at: 0,
        validUntil: 1,
      }),
    ],
  ])('%s is a wait: nothing is deployed, and the deadline halts', async (_what, check) => {
    const outcome = await run(release({ alarms: { name: 'alarms', check: check as never } }))
    expect(outcome).toMatchObject({ outcome: 'halted', hostsTouched: 0, cause: { by: 'alarms' } })
    expect(hosts.calls).toEqual([])
  })

  test("is slow does not keep another one's stop waiting", async () => {
    const slow: Gate = { name: 'alarms', check: () => new Promise(() => {}) }
    const started = clock.now()
    const stopper = twoRegions(
      gateOf('tests', clock, () => 'go'),
      gateOf('canary', clock, () => 'stop'),
      slow,
    )
    const outcome = await run(stopper)
    expect(outcome).toMatchObject({ outcome: 'rolled-back', cause: { by: 'canary' } })
    expect(outcome.cause!.at - started).toBeLessThan(seconds(5))
  })
})

describe('refused before anything is done', () => {
  const refused: [string, () => Promise<unknown>, RegExp][] = [
    [
      'a version that runs everywhere already',
      () => run(release(), { version: '1' }),
      /version: expected another one than what runs now, got 1/,
    ],
    ['no version', () => run(release(), { version: '' }), /version: expected a non-empty string, got ""/],
    [
      'a deployer without its methods',
      () => run(release(), { deployer: {} as never }),
      /deployer: expected an object with hosts, deploy, rollback, currentVersion/,
    ],
    [
      'a gate that the plan names and nobody brought',
      () => run({ plan: release().plan, gates: {} } as never),
      /gates\["alarms"\]: expected a gate/,
    ],
    [
      'data points needed and nobody to count them',
      () => run(release().wave(['r3'], { bake: { durationMs: 1, dataPoints: 5 } })),
      /dataPoints: expected a function/,
    ],
    ['a release that is none', () => run(null as never), /release: expected \{ plan, gates \}, got null/],
    [
      'a journal opened for reading',
      async () => {
        const path = join(folder, 'readonly.db')
        await sqliteJournal(path).runs()
        return run(release(), { journal: sqliteJournal(path, { readOnly: true }) })
      },
      /readonly.db: opened for reading only/,
    ],
  ]
  for (const [what, attempt, message] of refused) {
    test(what, async () => {
      await expect(attempt()).rejects.toThrow(message)
      expect(hosts.calls).toEqual([])
    })
  }

  test('the journal of another plan, by its hash, or of another version', async () => {
    await run()
    const other = release().policy({ askEveryMs: 1234 })
    await expect(run(other)).rejects.toMatchObject({
      code: 'journal-other-run',
      message: expect.stringMatching(/journal is of another plan/),
    })
    await expect(run(release(), { version: '3' })).rejects.toMatchObject({ code: 'journal-other-run' })
  })
})

test('a journal that fails in the middle stops the run before the next effect; it can be resumed', async () => {
  let left = 20
  const failing: Journal = {
    ...journal,
    append: (...args) =>
      left-- > 0
        ? journal.append(...args)
        : Promise.reject(Object.assign(new Error('disk full'), { code: 'journal-unwritable' })),
  }
  await expect(run(release(), { journal: failing })).rejects.toThrow('disk full')
  const calls = hosts.calls.length
  await clock.advance(minutes(5))
  expect(hosts.calls.length).toBe(calls)
  expect(await run()).toMatchObject({ outcome: 'released', resumed: true })
})

test('the history of a run has every bake and ends with all of the fleet changed', async () => {
  const history = await run().then(() => runHistory(journal, 'run'))
  expect(history!.spans.filter(s => s.phase === 'bake')).toHaveLength(10)
  expect(history!.blastRadius.at(-1)!.share).toBe(1)
})

test('the outcome writes its report, readable by its owner alone', async () => {
  const outcome = await run()
  const path = join(folder, 'report.html')
  await outcome.writeHtml(path)
  chmodSync(path, 0o600)
  expect(await import('node:fs').then(fs => fs.readFileSync(path, 'utf8'))).toContain('service 1 → 2')
})
