import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Gate, minutes, placeAt, seconds, virtualClock } from '../../src/core/index.ts'
import { fleet, type Plan, pipeline, type RunState, simulatePipeline, transition } from '../../src/pipeline/index.ts'
import { catalogue, rollout } from '../support/plans.ts'
import { gateOf } from '../support/world.ts'

const clock = virtualClock()
const [tests, canary, alarms] = ['tests', 'canary', 'alarms'].map(n => gateOf(n, clock)) as [Gate, Gate, Gate]

const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    order: fc.shuffledSubarray(['r1', 'r2', 'r3', 'r4'], { minLength: 1 }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    oneBox: fc.boolean(),
    wave: fc.boolean(),
    rollbackShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ order, share, oneBox, wave, rollbackShare }) => {
    const options = { ...rollout, share, oneBox }
    let release = pipeline('s', { catalogue })
      .stage('tests', s => s.gate(tests))
      .validators({ gate: canary, onStop: 'rollback' })
    if (wave) release = release.region(order[0]!, options)
    if (wave && order.length > 1) release = release.wave(order.slice(1), options)
    if (!wave) for (const region of order) release = release.region(region, options)
    return release
      .watch(alarms, { onStop: 'rollback' })
      .policy({ rollback: { share: rollbackShare, attempts: 3, retryMs: 1000 } }).plan
  })

/** What must hold in every state of every run; throws when it does not. */
function invariants(state: RunState): void {
  for (const track of state.tracks) {
    const step = track.steps[track.step]!
    expect(track.inFlight.length).toBeLessThanOrEqual(step.window)
    const zones = new Set(track.inFlight.map(f => placeAt(f.host, 'zone')))
    expect(zones.size).toBeLessThanOrEqual(1)
    if (track.action === 'deploy' && track.inFlight.length > 0) expect(track.phase).toBe('during')
    if (
      step.kind !== 'validator' &&
      track.action === 'deploy' &&
      step.kind !== 'check' &&
      track.inFlight.some(f => f.intended)
    ) {
      expect(track.steps[0]!.hosts.every(h => isTouched(state, h))).toBe(true)
    }
  }
}

function isTouched(state: RunState, host: string): boolean {
  for (let t = state.touched; t; t = t.before) if (t.host === host) return true
  return false
}

describe('the interpreter, for any plan', () => {
  test('releases every host once when all say go, within the window, one zone of a region at a time, validators first', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), (plan, zones, hosts) => {
        const deployed = new Map<string, number>()
        const result = simulatePipeline(plan, {
          hosts: fleet(zones, hosts),
          deployMs: 1000,
          onEvent: (event, state) => {
            if (event.type === 'deployed') deployed.set(event.host, (deployed.get(event.host) ?? 0) + 1)
            invariants(state)
          },
        })
        expect(result.outcome).toBe('released')
        const regions = plan.stages.flatMap(s => (s.kind === 'rollout' ? s.regions : [])).length
        expect(deployed.size).toBe(regions * (zones * hosts + 1))
        expect([...deployed.values()].every(n => n === 1)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('a stop at any moment ends rolled back, newest stage and zone first, every touched host exactly once', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 3_000_000 }), (plan, stopAt) => {
        const touched: string[] = []
        const back: string[] = []
        const result = simulatePipeline(plan, {
          hosts: fleet(2, 3),
          deployMs: 7000,
          answer: (gate, _question, at) => (gate === 'alarms' && at >= stopAt ? 'stop' : 'go'),
          onEvent: (event, state) => {
            if (event.type === 'deploy-intended') touched.push(event.host)
            if (event.type === 'rolled-back') back.push(event.host)
            invariants(state)
          },
        })
        if (result.outcome === 'released') {
          expect(back).toEqual([])
          return
        }
        expect(result.outcome).toBe('rolled-back')
        expect([...back].sort()).toEqual([...touched].sort())
        const stageOf = (host: string) =>
          plan.stages.findIndex(s => s.kind === 'rollout' && s.regions.some(r => host.startsWith(`${r.place}/`)))
        const stages = back.map(stageOf)
        expect(stages).toEqual([...stages].sort((a, b) => b - a))
      }),
      { numRuns: 80 },
    )
  })

  test('a deployment that fails anywhere is rolled back', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(20), (plan, which) => {
        let n = 0
        const result = simulatePipeline(plan, {
          hosts: fleet(2, 3),
          deployMs: 1000,
          fails: () => n++ === which,
          onEvent: (_e, s) => invariants(s),
        })
        expect(result.outcome).toBe(n > which ? 'rolled-back' : 'released')
      }),
      { numRuns: 50 },
    )
  })

  test('gates that only ever wait never let a host change, and the deadline halts', () => {
    fc.assert(
      fc.property(anyPlan, plan => {
        const result = simulatePipeline(plan, {
          hosts: fleet(2, 2),
          deployMs: 1000,
          answer: gate => (gate === 'alarms' ? 'wait' : 'go'),
        })
        expect([result.outcome, result.state.touchedCount]).toEqual(['halted', 0])
      }),
      { numRuns: 20 },
    )
  })

  test('events that mean nothing now change nothing and ask for nothing', () => {
    const { plan } = pipeline('s', { catalogue }).validators({ gate: canary }).region('r1', rollout).watch(alarms)
    const { state } = simulatePipeline(plan, { hosts: fleet(1, 1), deployMs: 1 })
    const late = [
      { type: 'time', at: 1, track: 0, epoch: 1, why: 'ask' },
      { type: 'gates-answered', at: 1, track: 0, epoch: 1, askedAt: 0, answers: [] },
      { type: 'deployed', at: 1, track: 0, host: 'p/r1/r1-az1/-/h1' },
      { type: 'deploy-failed', at: 1, track: 9, host: 'x', code: 'x', message: 'x' },
    ] as const
    for (const event of late) {
      const next = transition(plan, state, event)
      expect(next.state).toBe(state)
      expect(next.effects).toEqual([])
    }
  })
})

describe('time in a plan', () => {
  const release = () =>
    pipeline('s', { catalogue })
      .validators({ gate: canary })
      .region('r1', { ...rollout, oneBox: false })
      .watch(alarms)

  test('a bake lasts its time to the millisecond when everything is go', () => {
    const { plan } = release()
    // Validator and one zone, each 1 s of deployment and one minute of bake.
    expect(simulatePipeline(plan, { hosts: fleet(1, 1), deployMs: seconds(1) }).durationMs).toBe(
      2 * (seconds(1) + minutes(1)),
    )
  })

  test('a bake that lacks data points waits, and halts at its deadline', () => {
    const bake = { durationMs: minutes(1), dataPoints: 10, onWait: { deadlineMs: minutes(5) } }
    const { plan } = pipeline('s', { catalogue }).validators({ gate: canary }).region('r1', { bake }).watch(alarms)
    const { outcome, state } = simulatePipeline(plan, {
      hosts: fleet(1, 2),
      deployMs: 0,
      answer: gate => (gate === 'data-points' ? 'wait' : 'go'),
    })
    expect(outcome).toBe('halted')
    expect(state.mode).toMatchObject({ cause: { by: 'data-points', step: 'one box' } })
    // Validator's bake, the one box's bake, then the deadline, which begins when the bake's time is over.
    expect(state.mode).toMatchObject({ cause: { at: minutes(1) + minutes(1) + minutes(5) } })
  })

  test('waiting during a bake is no reason to halt; after its time is over it is', () => {
    const { plan } = pipeline('s', { catalogue })
      .validators({ gate: canary })
      .region('r1', { ...rollout, oneBox: false })
      .watch(alarms, { onWait: { deadlineMs: seconds(30), then: 'stop' }, onStop: 'rollback' })
    const lateEvidence = simulatePipeline(plan, {
      hosts: fleet(1, 1),
      deployMs: 0,
      answer: (gate, q, at) => (gate === 'alarms' && q.phase === 'bake' && at - q.since < seconds(55) ? 'wait' : 'go'),
    })
    expect(lateEvidence.outcome).toBe('released')
    const noEvidence = simulatePipeline(plan, {
      hosts: fleet(1, 1),
      deployMs: 0,
      answer: (gate, q) => (gate === 'alarms' && q.phase === 'bake' ? 'wait' : 'go'),
    })
    expect(noEvidence.outcome).toBe('rolled-back')
  })

  test('a skipped gate is recorded and stops nothing', () => {
    const { plan } = release().watch(gateOf('flaky', clock), { onStop: 'skip' })
    const said: string[] = []
    const { outcome } = simulatePipeline(plan, {
      hosts: fleet(1, 1),
      deployMs: 1,
      answer: gate => (gate === 'flaky' ? 'stop' : 'go'),
      onEvent: event => {
        if (event.type === 'gates-answered')
          said.push(...event.answers.filter(a => a.source === 'flaky').map(a => a.decision))
      },
    })
    expect(outcome).toBe('released')
    expect(said).toContain('stop')
  })
})
