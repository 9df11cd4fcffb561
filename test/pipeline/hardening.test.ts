import { beforeEach, describe, expect, test } from 'vitest'
import { sleep } from '../../src/core/abort.ts'
import {
  type Gate,
  memoryCord,
  minutes,
  seconds,
  type VirtualClock,
  verdict,
  virtualClock,
} from '../../src/core/index.ts'
import { type Journal, memoryJournal } from '../../src/parts/journal/index.ts'
import { fleet, pipeline, type RunOptions, runPipeline, simulatePipeline } from '../../src/pipeline/index.ts'
import { catalogue, rollout, twoRegions } from '../support/plans.ts'
import { drive, gateOf, type World, world } from '../support/world.ts'

let clock: VirtualClock
let journal: Journal
let hosts: World
let options: RunOptions
beforeEach(() => {
  clock = virtualClock(1_000_000)
  journal = memoryJournal({ clock })
  hosts = world(clock)
  options = { version: '2', run: 'run', deployer: hosts.deployer, journal, clock }
})
const release = (alarms: Gate = gateOf('alarms', clock)) =>
  twoRegions(gateOf('tests', clock), gateOf('canary', clock), alarms)
const run = (plan = release(), more: Partial<RunOptions> = {}) =>
  drive(clock, runPipeline(plan, { ...options, ...more }))
const gate = (name: string, check: Gate['check']): Gate => ({ name, check })
const basis = (source: string, at = 0) => ({ source, at, subject: {} })

describe('a stop is never lost', () => {
  test('asked while hosts changed, it still counts when it comes in the bake', async () => {
    const alarms = gate('alarms', async ({ phase, place }) => {
      if (phase !== 'during' || !place?.startsWith('p/r1/z2')) return verdict('go', basis('alarms'), 'ok', 'ok')
      await sleep(clock, seconds(4))
      return verdict('stop', basis('alarms'), 'errors', 'errors rise')
    })
    expect(await run(release(alarms))).toMatchObject({
      outcome: 'rolled-back',
      cause: { by: 'alarms', code: 'errors' },
    })
  })

  test('a halt that comes first does not hide a roll-back that comes a moment later', async () => {
    const quick = gate('quick', async ({ phase }) =>
      verdict(phase === 'bake' ? 'stop' : 'go', basis('quick'), 'x', 'x'),
    )
    const slow = gate('alarms', async ({ phase }) => {
      await sleep(clock, seconds(1))
      return verdict(phase === 'bake' ? 'stop' : 'go', basis('alarms'), 'y', 'y')
    })
    expect(await run(release(slow).watch(quick, { onStop: 'halt' }))).toMatchObject({
      outcome: 'rolled-back',
      cause: { by: 'alarms' },
    })
  })

  test('its evidence may be anything: what is no plain data is left out, the stop counts', async () => {
    const cyclic: Record<string, unknown> = { n: 10n }
    cyclic.self = cyclic
    const alarms = gate('alarms', async ({ phase }) => ({
      ...verdict(phase === 'bake' ? 'stop' : 'go', basis('alarms'), 'x', 'x', cyclic),
      evidence: cyclic,
    }))
    expect(await run(release(alarms))).toMatchObject({ outcome: 'rolled-back', cause: { by: 'alarms' } })
  })
})

test('a go that expires while a slower gate is waited for is no go', async () => {
  const short = gate('alarms', async () =>
    verdict('go', { ...basis('alarms'), validUntil: clock.now() + 5 }, 'ok', 'ok'),
  )
  const slow = gate('slow', async () => {
    await sleep(clock, 200)
    return verdict('go', basis('slow'), 'ok', 'ok')
  })
  const outcome = await run(release(short).watch(slow))
  expect(outcome).toMatchObject({ outcome: 'halted', hostsTouched: 0, cause: { by: 'alarms', code: 'expired' } })
})

describe('what is watched is watched', () => {
  const base = () => pipeline('s', { catalogue }).validators({ gate: gateOf('canary', clock) })
  test('a rollout whose only watcher is skipped is refused', () => {
    expect(() => base().region('r1', rollout).watch(gateOf('alarms', clock), { onStop: 'skip' }).plan).toThrow(
      /whose stop is not skipped/,
    )
    const skipped = pipeline('s', { catalogue }).validators({ gate: gateOf('canary', clock), onStop: 'skip' })
    expect(() => skipped.region('r1', rollout).watch(gateOf('alarms', clock)).plan).toThrow(
      /validator gate whose stop is not skipped/,
    )
  })

  test('a gate that is named twice counts by the stricter policy', () => {
    const alarms = gateOf('alarms', clock)
    const { plan } = base()
      .region('r1', { ...rollout, gates: [{ gate: alarms, onStop: 'rollback' }] })
      .watch(alarms, { onStop: 'skip' })
    const { outcome } = simulatePipeline(plan, {
      hosts: fleet(1, 2),
      deployMs: 1,
      answer: (g, q) => (g === 'alarms' && q.phase === 'bake' ? 'stop' : 'go'),
    })
    expect(outcome).toBe('rolled-back')
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a gate may be called %s', async name => {
    const plan = release().watch(
      gateOf(name, clock, ({ phase }) => (phase === 'bake' ? 'stop' : 'go')),
      { onStop: 'rollback', onWait: { deadlineMs: minutes(5), then: 'stop' } },
    )
    expect(await run(plan)).toMatchObject({ outcome: 'rolled-back', cause: { by: name } })
  })

  test('a gate that goes by another name than its key is refused', async () => {
    const { plan, gates } = release()
    await expect(run({ plan, gates: { ...gates, x: gateOf('data-points', clock) } } as never)).rejects.toThrow(
      /gates\["x"\].name: expected "x"/,
    )
  })
})

test('a plan that only asks ends when its gates have answered', async () => {
  expect(await run(pipeline('p', { catalogue }).stage('a', s => s.gate(gateOf('g', clock))) as never)).toMatchObject({
    outcome: 'released',
    hosts: 0,
  })
})

describe('an abort always ends it', () => {
  test.each(['lease', 'read'] as const)('while the journal hangs in %s', async what => {
    const stop = new AbortController()
    const hanging: Journal = {
      ...journal,
      [what]:
        what === 'lease'
          ? () => new Promise(() => {})
          : async function* () {
              yield* [] as never[]
              await new Promise(resolve => clock.setTimer(seconds(5), resolve as () => void))
            },
    }
    const running = runPipeline(release(), { ...options, journal: hanging, signal: stop.signal })
    clock.setTimer(seconds(1), () => stop.abort(new Error('enough')))
    await expect(drive(clock, running)).rejects.toThrow('enough')
    expect((await journal.lease('run', 'next', 1000)).token).toBeGreaterThan(0)
  })

  test('and leaves no timer behind', async () => {
    const stop = new AbortController()
    const running = runPipeline(release(), { ...options, signal: stop.signal })
    clock.setTimer(minutes(2), () => stop.abort(new Error('enough')))
    await expect(drive(clock, running)).rejects.toThrow('enough')
    await clock.advance(seconds(2))
    expect(clock.pending()).toBe(0)
  })
})

test('what is to be rolled back does not first go forward again', async () => {
  const stop = new AbortController()
  const stuck = {
    ...hosts.deployer,
    deploy(r: { host: string }) {
      if (!r.host.includes('/z2/')) return hosts.deployer.deploy(r as never)
      stop.abort(new Error('killed'))
      return new Promise<void>(() => {})
    },
  }
  await expect(run(release(), { deployer: stuck, signal: stop.signal })).rejects.toThrow('killed')
  hosts.calls.length = 0
  expect(await run(release(), { rollback: { by: 'sue', reason: 'enough' } })).toMatchObject({ outcome: 'rolled-back' })
  expect(hosts.calls.filter(c => c.startsWith('deploy'))).toEqual([])
})

test('hosts that a deployer adds to its own list later are no part of the run', async () => {
  const live = [{ host: 'p/r1/z1/-/v', role: 'validator' as const }, { host: 'p/r1/z1/-/h1' }]
  for (const { host } of live) hosts.versions.set(host, '1')
  const one = pipeline('s', { catalogue })
    .validators({ gate: gateOf('canary', clock) })
    .region('r1', rollout)
    .watch(gateOf('alarms', clock))
  const deployer = { ...hosts.deployer, hosts: async () => live }
  const running = runPipeline(one, {
    ...options,
    deployer,
    onEvent: e => e.type === 'hosts-listed' && live.push({ host: 'p/r1/z1/-/new' }),
  })
  expect(await drive(clock, running)).toMatchObject({ outcome: 'released', hosts: 2 })
  expect(hosts.calls.join()).not.toContain('new')
})

describe('a journal that has been tampered with is refused', () => {
  const spoiled = (change: (entry: { sequence: number; event: { type: string } }) => unknown[]): Journal => ({
    ...journal,
    async *read(name) {
      for await (const entry of journal.read(name)) yield* change(entry as never) as never[]
    },
  })
  const begun = async () => {
    const stop = new AbortController()
    clock.setTimer(minutes(4), () => stop.abort(new Error('killed')))
    await expect(run(release(), { signal: stop.signal })).rejects.toThrow('killed')
  }
  test.each<[string, (e: { sequence: number; event: { type: string } }) => unknown[]]>([
    ['an entry is missing', e => (e.sequence === 7 ? [] : [e])],
    ['an event is of no known type', e => [e.sequence === 7 ? { ...e, event: { type: 'surprise' } } : e]],
    ['the plan is gone', e => [e.sequence === 1 ? { ...e, event: { ...e.event, plan: null } } : e]],
    ['the hash is gone', e => [e.sequence === 1 ? { ...e, event: { ...e.event, planHash: undefined } } : e]],
    ['hosts are no list', e => [e.event.type === 'hosts-listed' ? { ...e, event: { ...e.event, hosts: 7 } } : e]],
  ])('%s', async (_what, change) => {
    await begun()
    hosts.calls.length = 0
    await expect(run(release(), { journal: spoiled(change) })).rejects.toMatchObject({ code: 'journal-corrupt' })
    expect(hosts.calls).toEqual([])
  })
})

test('a deployment that was given up and has not ended is told, also after the roll-back', async () => {
  hosts.trouble.set('p/r1/z2/-/h1', 'hang')
  const running = runPipeline(release(), {
    ...options,
    onEvent: e => e.type === 'deploy-failed' && hosts.trouble.clear(),
  })
  const outcome = await drive(clock, running)
  expect(outcome).toMatchObject({ outcome: 'rolled-back', cause: { code: 'timeout' } })
  expect(outcome.attention).toEqual([{ host: 'p/r1/z2/-/h1', message: expect.stringContaining('may still land') }])
})

test('a wall clock that jumps neither shortens a bake nor holds a run up', async () => {
  let offset = 0
  const jumping = { ...clock, now: () => clock.now() + offset }
  const start = clock.now()
  clock.setTimer(minutes(2), () => {
    offset = minutes(600)
  })
  clock.setTimer(minutes(4), () => {
    offset = -minutes(600)
  })
  expect(await run(release(), { clock: jumping })).toMatchObject({ outcome: 'released' })
  // Ten bakes of a minute, and ten rounds of hosts of a second or two each.
  expect(clock.now() - start).toBeGreaterThan(minutes(10))
  expect(clock.now() - start).toBeLessThan(minutes(11))
})

test('one lost packet is no failed deployment', async () => {
  let n = 0
  const flaky = {
    ...hosts.deployer,
    currentVersion: (h: string, o: { signal: AbortSignal }) =>
      n++ % 7 === 3 ? Promise.reject(new Error('ECONNRESET')) : hosts.deployer.currentVersion(h, o),
  }
  expect(await run(release(), { deployer: flaky })).toMatchObject({ outcome: 'released' })
})

test('callbacks that reject later break nothing', async () => {
  const onEvent = (async () => {
    throw new Error('pager down')
  }) as never
  expect(await run(release(), { onEvent, onEscalate: onEvent, cord: memoryCord({ clock }) })).toMatchObject({
    outcome: 'released',
  })
})

test('an endless count of data points is no number of them', async () => {
  const needing = release().wave(['r3'], { ...rollout, bake: { durationMs: seconds(30), dataPoints: 5 } })
  expect(await run(needing, { dataPoints: () => 1 / 0 })).toMatchObject({
    outcome: 'halted',
    cause: { by: 'data-points', code: 'malformed' },
  })
})
