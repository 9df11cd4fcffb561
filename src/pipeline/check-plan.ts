import { AndonError } from '../core/errors.ts'
import { describe, invalid, literalOption, numberOption, textOption, wholeOption } from '../core/options.ts'
import { parsePlace, placeLevel } from '../core/place.ts'
import type { Bake, GatePolicy, Plan, RegionPlan, Stage, WaitPolicy } from './plan.ts'

/** The error for a plan that would not be safe to run. Its code is `invalid-plan`. */
export const planError = (message: string) => new AndonError('invalid-plan', message)

/**
 * Checks what a plan must hold to be run at all, wherever it comes from: its shape, and the invariants. Every region
 * once; its validator first; a bake with time and data points (or a waiver with a reason) after every step; something
 * that watches every step that deploys; unique stage names; gate names that are text. Throws `invalid-plan` or
 * `invalid-option`, naming the stage and the field. That zones of a region go one at a time needs no check: a plan
 * cannot say otherwise.
 */
export function checkPlan(plan: Plan): Plan {
  if (typeof plan !== 'object' || plan === null) throw invalid('plan', 'an object', plan)
  if (plan.format !== 'andon-plan/1') throw invalid('plan.format', "'andon-plan/1'", plan.format)
  textOption('plan.name', plan.name)
  checkPolicy(plan)
  list('plan.watch', plan.watch).forEach((g, i) => {
    checkGate(`plan.watch[${i}]`, g)
  })
  if (list('plan.stages', plan.stages).length === 0)
    throw planError(`plan ${plan.name}: expected at least one stage, got none`)
  const stages = new Set<string>()
  const regions = new Map<string, string>()
  for (const [i, stage] of plan.stages.entries()) {
    textOption(`plan.stages[${i}].name`, stage?.name)
    if (stages.has(stage.name)) throw planError(`stage ${describe(stage.name)}: stands in the plan twice`)
    stages.add(stage.name)
    checkStage(plan, stage, regions)
  }
  return plan
}

function checkStage(plan: Plan, stage: Stage, regions: Map<string, string>): void {
  const at = `stage ${describe(stage.name)}`
  literalOption(`${at}.kind`, stage.kind, ['check', 'rollout'])
  if (stage.kind === 'check') {
    if (list(`${at}.gates`, stage.gates).length === 0) throw planError(`${at}: expected at least one gate, got none`)
    stage.gates.forEach((g, i) => {
      checkGate(`${at}.gates[${i}]`, g)
    })
    return
  }
  if (list(`${at}.regions`, stage.regions).length === 0)
    throw planError(`${at}: expected at least one region, got none`)
  for (const region of stage.regions) {
    const name = `${at}, region ${describe(region?.place)}`
    if (typeof region?.place !== 'string' || placeLevel(region.place) !== 'region')
      throw invalid(`${name}.place`, 'partition/region', region?.place)
    parsePlace(region.place)
    const before = regions.get(region.place)
    if (before !== undefined)
      throw planError(
        `${name}: stands in the plan twice (first in stage ${describe(before)}); every region goes out once`,
      )
    regions.set(region.place, stage.name)
    checkRegion(name, plan, region)
  }
}

function checkRegion(at: string, plan: Plan, region: RegionPlan): void {
  numberOption(`${at}.share`, region.share, Number.MIN_VALUE, 1)
  const validators = list(`${at}.validator.gates`, region.validator?.gates)
  if (validators.length === 0)
    throw planError(`${at}: expected a validator with at least one gate before its first host, got none`)
  for (const [i, gate] of [...validators, ...list(`${at}.gates`, region.gates)].entries())
    checkGate(`${at}.gates[${i}]`, gate)
  // A gate whose `stop` is skipped watches nothing.
  const heeded = (policies: readonly GatePolicy[]) => policies.some(p => p.onStop !== 'skip')
  if (!heeded(validators)) throw planError(`${at}: expected a validator gate whose stop is not skipped, got none`)
  if (!heeded([...region.gates, ...plan.watch])) {
    throw planError(
      `${at}: expected something to watch it whose stop is not skipped (watch() or gates of its own), got nothing; a rollout that nobody watches cannot be stopped`,
    )
  }
  checkBake(`${at}.validator.bake`, region.validator.bake)
  if (region.oneBox !== null) checkBake(`${at}.oneBox.bake`, region.oneBox?.bake)
  checkBake(`${at}.bake`, region.bake)
}

function checkBake(at: string, bake: Bake | undefined): void {
  if (typeof bake !== 'object' || bake === null) throw invalid(at, '{ durationMs, dataPoints }', bake)
  numberOption(`${at}.durationMs`, bake.durationMs, Number.MIN_VALUE)
  const { dataPoints } = bake
  if (typeof dataPoints === 'object' && dataPoints !== null) textOption(`${at}.dataPoints.waived`, dataPoints.waived)
  else if (dataPoints === undefined)
    throw invalid(`${at}.dataPoints`, "a number of data points, or { waived: 'why' }", dataPoints)
  else wholeOption(`${at}.dataPoints`, dataPoints, 1)
  checkWait(`${at}.onWait`, bake.onWait)
}

function checkGate(at: string, policy: GatePolicy): void {
  textOption(`${at}.gate`, policy?.gate)
  if (RESERVED.includes(policy.gate)) throw planError(`${at}.gate: the name ${describe(policy.gate)} is andon's own`)
  literalOption(`${at}.onStop`, policy.onStop, ['rollback', 'halt', 'skip'])
  checkWait(`${at}.onWait`, policy.onWait)
}

/** Names of the questions that every step asks by itself. */
const RESERVED: readonly string[] = ['cord', 'data-points', 'deployer', 'operator']

function checkWait(at: string, policy: WaitPolicy | undefined): void {
  if (typeof policy !== 'object' || policy === null) throw invalid(at, "{ deadlineMs, then: 'halt' | 'stop' }", policy)
  numberOption(`${at}.deadlineMs`, policy.deadlineMs, 0)
  literalOption(`${at}.then`, policy.then, ['halt', 'stop'])
}

function checkPolicy({ policy }: Plan): void {
  if (typeof policy !== 'object' || policy === null) throw invalid('plan.policy', 'an object', policy)
  numberOption('plan.policy.askEveryMs', policy.askEveryMs, 1)
  numberOption('plan.policy.gateTimeoutMs', policy.gateTimeoutMs, 1)
  numberOption('plan.policy.deployTimeoutMs', policy.deployTimeoutMs, 1)
  wholeOption('plan.policy.maxInFlight', policy.maxInFlight, 1)
  literalOption('plan.policy.onDeployFailure', policy.onDeployFailure, ['rollback', 'halt'])
  checkWait('plan.policy.cord.onWait', policy.cord?.onWait)
  numberOption('plan.policy.rollback.share', policy.rollback?.share, Number.MIN_VALUE, 1)
  wholeOption('plan.policy.rollback.attempts', policy.rollback.attempts, 1)
  numberOption('plan.policy.rollback.retryMs', policy.rollback.retryMs, 0)
}

function list<T>(field: string, value: readonly T[] | undefined): readonly T[] {
  if (!Array.isArray(value)) throw invalid(field, 'a list', value)
  return value
}
