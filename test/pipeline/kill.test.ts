import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { minutes, seconds, seededRandom, type VirtualClock, virtualClock } from '../../src/core/index.ts'
import { type Journal, memoryJournal, sqliteJournal } from '../../src/parts/journal/index.ts'
import { type RunOutcome, runHistory, runPipeline } from '../../src/pipeline/index.ts'
import { mortal } from '../support/mortal.ts'
import { twoRegions } from '../support/plans.ts'
import { drive, gateOf, type World, world } from '../support/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'andon-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A runner that is killed at a moment (never, with Infinity), and then as many others as it takes. */
async function runWithKills(options: {
  clock: VirtualClock
  journal: Journal
  dieAt: number[]
  alarm?: boolean
  trouble?: string
}) {
  const { clock, journal, dieAt } = options
  const hosts = world(clock, { zones: 2, hostsPerZone: 2 })
  if (options.trouble) hosts.trouble.set(options.trouble, 'fail')
  const alarms = gateOf('alarms', clock, ({ place }) => (options.alarm && place?.startsWith('p/r2/z2') ? 'stop' : 'go'))
  const release = twoRegions(gateOf('tests', clock), gateOf('canary', clock), alarms)
  const moments: number[] = []
  for (const at of [...dieAt, Number.POSITIVE_INFINITY]) {
    const ports = mortal({ journal, deployer: hosts.deployer }, at)
    const run = runPipeline(release, {
      ...ports,
      run: 'run',
      version: '2',
      clock,
      leaseTtlMs: seconds(20),
      leaseWaitMs: minutes(1),
      holder: `runner ${moments.length}`,
    })
    run.catch(() => {})
    const outcome =
      at === Number.POSITIVE_INFINITY ? await drive(clock, run) : await driveUntilDead(clock, run, ports.moments, at)
    moments.push(ports.moments())
    if (outcome) return { outcome, hosts, moments, history: (await runHistory(journal, 'run'))! }
  }
  throw new Error('unreachable')
}

async function driveUntilDead(clock: VirtualClock, run: Promise<RunOutcome>, moments: () => number, dieAt: number) {
  let outcome: RunOutcome | undefined
  let failed: unknown
  run.then(
    o => {
      outcome = o
    },
    e => {
      failed = e
    },
  )
  for (let i = 0; i < 100_000 && moments() < dieAt && !outcome && !failed; i++) await clock.next()
  if (failed) throw failed
  return outcome
}

function consistent(hosts: World, outcome: RunOutcome, wanted: 'released' | 'rolled-back') {
  expect(outcome.outcome).toBe(wanted)
  expect(outcome.attention).toEqual([])
  const deployed = [...hosts.changes].filter(([key]) => key.endsWith('→ 2'))
  expect(deployed.filter(([, times]) => times > 1)).toEqual([])
  const version = wanted === 'released' ? '2' : '1'
  expect([...hosts.versions.values()].every(v => v === version)).toBe(true)
  expect(outcome.versions).toEqual({ [version]: hosts.versions.size })
}

describe('a runner that is killed', () => {
  test('at 120 random moments of a release, some of them twice: always released, nothing deployed twice', async () => {
    const whole = await runWithKills({
      clock: virtualClock(0),
      journal: memoryJournal({ clock: virtualClock(0) }),
      dieAt: [],
    })
    consistent(whole.hosts, whole.outcome, 'released')
    const random = seededRandom(20_260)
    for (let i = 0; i < 120; i++) {
      const clock = virtualClock(0)
      const dieAt = Array.from({ length: 1 + (i % 3) }, () => 1 + Math.floor(random() * whole.moments[0]!))
      const { outcome, hosts } = await runWithKills({ clock, journal: memoryJournal({ clock }), dieAt })
      consistent(hosts, outcome, 'released')
    }
  }, 120_000)

  test('at 60 random moments of a release that an alarm stops: always rolled back, nothing left behind', async () => {
    const clock = virtualClock(0)
    const whole = await runWithKills({ clock, journal: memoryJournal({ clock }), dieAt: [], alarm: true })
    consistent(whole.hosts, whole.outcome, 'rolled-back')
    const random = seededRandom(7)
    for (let i = 0; i < 60; i++) {
      const c = virtualClock(0)
      const dieAt = Array.from({ length: 1 + (i % 2) }, () => 1 + Math.floor(random() * whole.moments[0]!))
      const { outcome, hosts } = await runWithKills({
        clock: c,
        journal: memoryJournal({ clock: c }),
        dieAt,
        alarm: true,
      })
      consistent(hosts, outcome, 'rolled-back')
    }
  }, 120_000)

  test('at 20 random moments with the journal in SQLite', async () => {
    const random = seededRandom(99)
    for (let i = 0; i < 20; i++) {
      const clock = virtualClock(0)
      const journal = sqliteJournal(join(folder, `${i}.db`), { clock })
      const { outcome, hosts } = await runWithKills({ clock, journal, dieAt: [1 + Math.floor(random() * 150)] })
      consistent(hosts, outcome, 'released')
      await journal.close()
    }
  }, 120_000)

  test('in a bake: the bake keeps its end, and gates are asked about the gap', async () => {
    const clock = virtualClock(0)
    const journal = memoryJournal({ clock })
    const hosts = world(clock)
    const sinces: number[] = []
    const alarms = gateOf('alarms', clock, ({ phase, since }) => {
      if (phase === 'bake') sinces.push(since)
      return 'go'
    })
    const release = twoRegions(gateOf('tests', clock), gateOf('canary', clock), alarms)
    const options = { journal, deployer: hosts.deployer, run: 'run', version: '2', clock }
    const stop = new AbortController()
    let bakeFrom = 0
    const first = runPipeline(release, {
      ...options,
      signal: stop.signal,
      onEvent: (event, state) => {
        if (bakeFrom > 0 || state.tracks[0]?.phase !== 'bake') return
        bakeFrom = event.at
        clock.setTimer(seconds(20), () => stop.abort(new Error('killed')))
      },
    })
    await expect(drive(clock, first)).rejects.toThrow('killed')
    await clock.advance(seconds(25))
    sinces.length = 0
    await drive(clock, runPipeline(release, options))
    expect(sinces[0]).toBe(bakeFrom)
    const { spans } = (await runHistory(journal, 'run'))!
    const bake = spans.find(s => s.phase === 'bake' && s.step === 'validator')!
    expect([bake.from, bake.to]).toEqual([bakeFrom, bakeFrom + minutes(1)])
  })
})

test('two runners on one run: one works, the other says who does', async () => {
  const clock = virtualClock(0)
  const journal = memoryJournal({ clock })
  const hosts = world(clock)
  const release = twoRegions(gateOf('tests', clock), gateOf('canary', clock), gateOf('alarms', clock))
  const options = { journal, deployer: hosts.deployer, run: 'run', version: '2', clock }
  const first = runPipeline(release, { ...options, holder: 'alice' })
  await clock.next()
  await expect(runPipeline(release, { ...options, holder: 'bob' })).rejects.toThrow(/alice works on it/)
  expect((await drive(clock, first)).outcome).toBe('released')
})

test('a runner that lost its lease to another stops at once and changes nothing more', async () => {
  const clock = virtualClock(0)
  const journal = memoryJournal({ clock })
  const hosts = world(clock)
  const release = twoRegions(gateOf('tests', clock), gateOf('canary', clock), gateOf('alarms', clock))
  const stolen = {
    ...journal,
    lease: async (...args: Parameters<Journal['lease']>) => ({
      ...(await journal.lease(...args)),
      renew: async () => {},
    }),
  }
  const first = runPipeline(release, {
    journal: stolen,
    deployer: hosts.deployer,
    run: 'run',
    version: '2',
    clock,
    leaseTtlMs: seconds(20),
  })
  first.catch(() => {})
  await clock.advance(seconds(90))
  const second = runPipeline(release, {
    journal,
    deployer: hosts.deployer,
    run: 'run',
    version: '2',
    clock,
    leaseTtlMs: seconds(20),
  })
  await expect(drive(clock, first)).rejects.toMatchObject({ code: 'journal-fenced' })
  expect((await drive(clock, second)).outcome).toBe('released')
  expect([...hosts.changes.values()].every(n => n === 1)).toBe(true)
})
