import type { Gate } from '../core/gate.ts'
import { describe, invalid, portOption, textOption } from '../core/options.ts'
import type { Region, RegionCatalogue } from '../core/region-catalogue.ts'
import { awsRegions } from '../core/regions.ts'
import { checkPlan, planError } from './check-plan.ts'
import type { Bake, GatePolicy, Plan, PlanPolicy, RegionPlan, Stage, WaitPolicy } from './plan.ts'

/** A plan with the gates that it names: all that a run needs to know about what is to be done. */
export interface Release {
  readonly plan: Plan
  readonly gates: Readonly<Record<string, Gate>>
}

/** What a gate's answers lead to. */
export interface GateOptions {
  /** Default `halt`. */
  readonly onStop?: GatePolicy['onStop']
  /** Default `{ deadlineMs: 30 minutes, then: 'halt' }`; when given, `deadlineMs` is required. */
  readonly onWait?: { readonly deadlineMs: number; readonly then?: WaitPolicy['then'] }
}

/** Time and data points, both required: name the reason when data points are waived. */
export interface BakeOptions {
  readonly durationMs: number
  readonly dataPoints: Bake['dataPoints']
  /** When time is over and evidence is missing. Default: as long again as the bake, then halt. */
  readonly onWait?: GateOptions['onWait']
}

/** How a region, or each region of a wave, is rolled out. */
export interface RolloutOptions {
  /** After each zone; and after the one box and the validator unless they say otherwise. */
  readonly bake: BakeOptions
  /** One serving host first. Default true. */
  readonly oneBox?: boolean | { readonly bake: BakeOptions }
  /** The bake of the validator's step. Default: `bake`, its data points waived (a validator takes no customer traffic). */
  readonly validatorBake?: BakeOptions
  /** The share of a zone's hosts that may change at once, 0–1. Default 0.25; always at least one host. */
  readonly share?: number
  /** Gates for these regions only, each with its policy. */
  readonly gates?: readonly ({ readonly gate: Gate } & GateOptions)[]
}

/** Collects the gates of a check stage. */
export interface StageBuilder {
  gate(gate: Gate, options?: GateOptions): StageBuilder
}

/**
 * A release under construction. Immutable: every call returns a new one, and each is a `Release` by itself, because
 * `plan` is built, and its invariants checked, when it is read.
 */
export interface PipelineBuilder extends Release {
  /** A stage that only asks gates, before anything is deployed after it. */
  stage(name: string, build: (stage: StageBuilder) => StageBuilder): PipelineBuilder
  /** The gate that every region's validator must pass before its first serving host. Applies to the whole plan. */
  validators(options: { readonly gate: Gate } & GateOptions): PipelineBuilder
  /** One region by itself, by name (`us-east-1`) or place (`aws/us-east-1`). */
  region(region: string, options: RolloutOptions): PipelineBuilder
  /** Several regions side by side: names, a predicate over the catalogue, or `rest` for all that are not named yet. */
  wave(regions: readonly string[] | 'rest' | ((region: Region) => boolean), options: RolloutOptions): PipelineBuilder
  /** A gate that is asked in every step of every rollout. Applies to the whole plan. */
  watch(gate: Gate, options?: GateOptions): PipelineBuilder
  /** Changes the plan's policy; see `PlanPolicy` for what there is and `defaultPolicy` for the defaults. */
  policy(changes: Partial<PlanPolicy>): PipelineBuilder
}

/** How a plan behaves unless it says otherwise. */
export const defaultPolicy: PlanPolicy = Object.freeze<PlanPolicy>({
  askEveryMs: 10_000,
  gateTimeoutMs: 30_000,
  deployTimeoutMs: 600_000,
  maxInFlight: 200,
  onDeployFailure: 'rollback',
  cord: { onWait: { deadlineMs: 3_600_000, then: 'halt' } },
  rollback: { share: 0.5, attempts: 3, retryMs: 5000 },
})

const DEFAULT_WAIT: WaitPolicy = Object.freeze<WaitPolicy>({ deadlineMs: 1_800_000, then: 'halt' })

type DraftRegion = { readonly region: Region; readonly options: RolloutOptions }
type DraftStage =
  | Extract<Stage, { kind: 'check' }>
  | { readonly kind: 'rollout'; readonly name: string; readonly regions: readonly DraftRegion[] }

interface Draft {
  readonly name: string
  readonly catalogue: RegionCatalogue
  readonly stages: readonly DraftStage[]
  readonly validators: readonly GatePolicy[]
  readonly watch: readonly GatePolicy[]
  readonly policy: PlanPolicy
  readonly gates: Readonly<Record<string, Gate>>
}

/** Begins a release plan. `catalogue` says which regions there are (default `awsRegions`). */
export function pipeline(name: string, options: { readonly catalogue?: RegionCatalogue } = {}): PipelineBuilder {
  return builder({
    name: textOption('pipeline name', name),
    catalogue: options.catalogue ?? awsRegions,
    stages: [],
    validators: [],
    watch: [],
    policy: defaultPolicy,
    gates: {},
  })
}

function builder(draft: Draft): PipelineBuilder {
  const withStage = (stage: DraftStage, gates = draft.gates) =>
    builder({ ...draft, stages: [...draft.stages, stage], gates })
  const rollout = (name: string, regions: readonly Region[], options: RolloutOptions) => {
    if (typeof options !== 'object' || options === null) throw invalid(`${name} options`, '{ bake, … }', options)
    const gates = (options.gates ?? []).reduce((known, g) => withGate(known, g?.gate), draft.gates)
    return withStage({ kind: 'rollout', name, regions: regions.map(region => ({ region, options })) }, gates)
  }
  return {
    get plan() {
      return planOf(draft)
    },
    get gates() {
      return draft.gates
    },
    stage(name, build) {
      const collected: { gate: Gate; options: GateOptions }[] = []
      const stage: StageBuilder = {
        gate(gate, options = {}) {
          collected.push({ gate, options })
          return stage
        },
      }
      build(stage)
      const gates = collected.reduce((known, c) => withGate(known, c.gate), draft.gates)
      return withStage({ kind: 'check', name, gates: collected.map(c => gatePolicy(c.gate, c.options)) }, gates)
    },
    validators: ({ gate, ...options }) =>
      builder({
        ...draft,
        gates: withGate(draft.gates, gate),
        validators: [...draft.validators, gatePolicy(gate, options)],
      }),
    region: (region, options) =>
      rollout(draft.catalogue.resolve(region).name, [draft.catalogue.resolve(region)], options),
    wave(wanted, options) {
      const number = draft.stages.filter(s => s.kind === 'rollout' && s.name.startsWith('wave ')).length + 1
      const regions = selected(draft, wanted)
      if (regions.length === 0)
        throw planError(`wave ${number}: expected at least one region, got none (${describe(wanted)})`)
      return rollout(`wave ${number}`, regions, options)
    },
    watch: (gate, options = {}) =>
      builder({ ...draft, gates: withGate(draft.gates, gate), watch: [...draft.watch, gatePolicy(gate, options)] }),
    policy: changes => builder({ ...draft, policy: { ...draft.policy, ...changes } }),
  }
}

function selected(draft: Draft, wanted: Parameters<PipelineBuilder['wave']>[0]): readonly Region[] {
  if (typeof wanted === 'function') return draft.catalogue.select(wanted)
  if (wanted !== 'rest') {
    if (!Array.isArray(wanted)) throw invalid('wave regions', "a list of region names, a predicate, or 'rest'", wanted)
    return wanted.map(name => draft.catalogue.resolve(name))
  }
  const named = new Set(draft.stages.flatMap(s => (s.kind === 'rollout' ? s.regions.map(r => r.region.place) : [])))
  return draft.catalogue.select(r => !named.has(r.place))
}

function withGate(gates: Draft['gates'], gate: Gate | undefined): Draft['gates'] {
  portOption('gate', gate, ['check'])
  const { name } = gate!
  textOption('gate name', name)
  if (Object.hasOwn(gates, name) && gates[name] !== gate)
    throw planError(`gate ${describe(name)}: two different gates have this name`)
  return { ...gates, [name]: gate! }
}

function gatePolicy(gate: Gate, options: GateOptions): GatePolicy {
  return {
    gate: gate.name,
    onStop: options.onStop ?? 'halt',
    onWait: options.onWait ? { then: 'halt', ...options.onWait } : DEFAULT_WAIT,
  }
}

function bakeOf(options: BakeOptions): Bake {
  if (typeof options !== 'object' || options === null) throw invalid('bake', '{ durationMs, dataPoints }', options)
  const { durationMs, dataPoints, onWait } = options
  return { durationMs, dataPoints, onWait: { then: 'halt', deadlineMs: durationMs, ...onWait } }
}

function planOf(draft: Draft): Plan {
  const region = ({ region: { place }, options }: DraftRegion): RegionPlan => {
    const bake = bakeOf(options.bake)
    const { oneBox = true, share = 0.25 } = options
    return {
      place,
      validator: {
        gates: draft.validators,
        bake: options.validatorBake
          ? bakeOf(options.validatorBake)
          : { ...bake, dataPoints: { waived: 'a validator takes canary traffic only' } },
      },
      oneBox: oneBox === false ? null : { bake: oneBox === true ? bake : bakeOf(oneBox.bake) },
      share,
      bake,
      gates: (options.gates ?? []).map(({ gate, ...policy }) => gatePolicy(gate, policy)),
    }
  }
  const stages = draft.stages.map(
    (s): Stage => (s.kind === 'check' ? s : { kind: 'rollout', name: s.name, regions: s.regions.map(region) }),
  )
  return checkPlan({ format: 'andon-plan/1', name: draft.name, stages, watch: draft.watch, policy: draft.policy })
}
