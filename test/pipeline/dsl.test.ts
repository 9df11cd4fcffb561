import { describe, expect, test } from 'vitest'
import { type Gate, minutes, virtualClock } from '../../src/core/index.ts'
import { checkPlan, type Plan, pipeline, planHash } from '../../src/pipeline/index.ts'
import { catalogue, rollout, twoRegions } from '../support/plans.ts'
import { gateOf } from '../support/world.ts'

const clock = virtualClock()
const [tests, canary, alarms] = ['tests', 'canary', 'alarms'].map(n => gateOf(n, clock)) as [Gate, Gate, Gate]
const start = () => pipeline('service', { catalogue }).validators({ gate: canary })

describe('a release built with the stage DSL', () => {
  test('is a plan of plain data with its gates beside it', () => {
    const { plan, gates } = twoRegions(tests, canary, alarms)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect(plan.stages.map(s => s.name)).toEqual(['pre-production', 'r1', 'r2'])
    expect(gates).toEqual({ tests, canary, alarms })
  })

  test('is immutable: each call gives a new one', () => {
    const one = start().region('r1', rollout).watch(alarms)
    const two = one.region('r2', rollout)
    expect(one.plan.stages).toHaveLength(1)
    expect(two.plan.stages).toHaveLength(2)
  })

  test('has waves by name, by predicate, and of the rest, in the order given', () => {
    const { plan } = start()
      .region('r3', rollout)
      .wave(['r1'], rollout)
      .wave(r => r.name === 'r4', rollout)
      .wave('rest', rollout)
      .watch(alarms)
    expect(plan.stages.map(s => (s.kind === 'rollout' ? [s.name, ...s.regions.map(r => r.place)] : []))).toEqual([
      ['r3', 'p/r3'],
      ['wave 1', 'p/r1'],
      ['wave 2', 'p/r4'],
      ['wave 3', 'p/r2'],
    ])
  })

  test('resolves a bare region name and a place alike', () => {
    const bare = start().region('r1', rollout).watch(alarms).plan
    expect(start().region('p/r1', rollout).watch(alarms).plan).toEqual(bare)
  })

  test('fills policies in: stop halts, waiting has a deadline, a validator needs no customers', () => {
    const { plan } = start().region('r1', rollout).watch(alarms)
    expect(plan.watch[0]).toEqual({ gate: 'alarms', onStop: 'halt', onWait: { deadlineMs: minutes(30), then: 'halt' } })
    const [stage] = plan.stages
    expect(stage?.kind === 'rollout' && stage.regions[0]?.validator.bake.dataPoints).toHaveProperty('waived')
  })
})

describe('a plan that would not be safe is refused, with the field and what came', () => {
  const refused: [string, () => unknown, RegExp][] = [
    [
      'a region twice',
      () => start().region('r1', rollout).wave(['r2', 'r1'], rollout).watch(alarms).plan,
      /"p\/r1": stands in the plan twice/,
    ],
    ['a wave with an unknown region', () => start().wave(['r9'], rollout), /expected one of r1, r2, r3, r4; got "r9"/],
    ['a wave without regions', () => start().wave([], rollout), /at least one region/],
    [
      'a bake without data points or a waiver',
      () =>
        start()
          .region('r1', { bake: { durationMs: 1 } as never })
          .watch(alarms).plan,
      /dataPoints: expected a number of data points, or \{ waived: 'why' \}, got undefined/,
    ],
    [
      'a waiver without a reason',
      () =>
        start()
          .region('r1', { bake: { durationMs: 1, dataPoints: { waived: ' ' } } })
          .watch(alarms).plan,
      /dataPoints.waived: expected a non-empty string/,
    ],
    [
      'a bake without time',
      () =>
        start()
          .region('r1', { bake: { durationMs: 0, dataPoints: 5 } })
          .watch(alarms).plan,
      /durationMs: expected a number/,
    ],
    [
      'a region without a validator gate',
      () => pipeline('s', { catalogue }).region('r1', rollout).watch(alarms).plan,
      /expected a validator/,
    ],
    ['a rollout that nobody watches', () => start().region('r1', rollout).plan, /expected something to watch it/],
    [
      'a share above 1',
      () =>
        start()
          .region('r1', { ...rollout, share: 2 })
          .watch(alarms).plan,
      /share: expected a number/,
    ],
    [
      'two gates of one name',
      () => start().region('r1', rollout).watch(gateOf('canary', clock)),
      /"canary": two different gates have this name/,
    ],
    [
      'a gate named as one of its own',
      () => start().region('r1', rollout).watch(gateOf('cord', clock)).plan,
      /the name "cord" is andon's own/,
    ],
    ['a gate that is none', () => start().watch({ name: 'x' } as never), /gate: expected an object with check/],
    [
      'a wait without a deadline',
      () =>
        start()
          .region('r1', rollout)
          .watch(alarms, { onWait: {} as never }).plan,
      /onWait.deadlineMs: expected a number, 0 or more, got undefined/,
    ],
    [
      'an onStop that is none',
      () =>
        start()
          .region('r1', rollout)
          .watch(alarms, { onStop: 'explode' as never }).plan,
      /onStop: expected 'rollback' or 'halt' or 'skip', got "explode"/,
    ],
    [
      'a stage without gates',
      () =>
        start()
          .stage('empty', s => s)
          .region('r1', rollout)
          .watch(alarms).plan,
      /stage "empty": expected at least one gate/,
    ],
    [
      'two stages of one name',
      () =>
        start()
          .stage('a', s => s.gate(tests))
          .stage('a', s => s.gate(tests)).plan,
      /stage "a": stands in the plan twice/,
    ],
    ['no stages', () => start().plan, /at least one stage/],
    ['an empty name', () => pipeline(''), /pipeline name: expected a non-empty string, got ""/],
  ]
  for (const [what, build, message] of refused) test(what, () => expect(build).toThrow(message))

  test('also when it was read from a file: the invariants belong to the plan, not to the DSL', () => {
    const plan = JSON.parse(JSON.stringify(twoRegions(tests, canary, alarms).plan)) as Plan
    const twice = { ...plan, stages: [...plan.stages, { ...plan.stages[1]!, name: 'again' }] }
    expect(() => checkPlan(twice)).toThrow(/stands in the plan twice \(first in stage "r1"\)/)
    expect(() => checkPlan({ ...plan, watch: [] })).toThrow(/expected something to watch it/)
    expect(() => checkPlan({ ...plan, format: 'andon-plan/2' as never })).toThrow(/plan.format/)
    expect(() => checkPlan(null as never)).toThrow(/plan: expected an object, got null/)
  })
})

test('two plans have one hash when they say the same, however they were written down', () => {
  const { plan } = twoRegions(tests, canary, alarms)
  const shuffled = { policy: plan.policy, watch: plan.watch, stages: plan.stages, name: plan.name, format: plan.format }
  expect(planHash(shuffled)).toBe(planHash(plan))
  expect(planHash({ ...plan, policy: { ...plan.policy, askEveryMs: 1 } })).not.toBe(planHash(plan))
})
