import type { PlaceId } from '../core/place.ts'

/**
 * A whole release as plain JSON: what goes where in which order, which gates are asked, and what follows from their
 * answers. It names gates; the functions travel beside it. Two plans are the same when their hashes are.
 */
export interface Plan {
  readonly format: 'andon-plan/1'
  readonly name: string
  readonly stages: readonly Stage[]
  /** Asked in every step of every rollout stage, beside the step's own gates. */
  readonly watch: readonly GatePolicy[]
  readonly policy: PlanPolicy
}

/** A stage that only asks, or one that rolls out to one or more regions side by side. */
export type Stage = CheckStage | RolloutStage

/** Gates before anything changes: tests, model runs, measurements. */
export interface CheckStage {
  readonly kind: 'check'
  readonly name: string
  readonly gates: readonly GatePolicy[]
}

/** Regions that go at the same time; one region alone, or a wave. */
export interface RolloutStage {
  readonly kind: 'rollout'
  readonly name: string
  readonly regions: readonly RegionPlan[]
}

/** How one region is rolled out: validators, then one box if wanted, then zone by zone, each followed by its bake. */
export interface RegionPlan {
  /** `partition/region`. */
  readonly place: PlaceId
  readonly validator: { readonly gates: readonly GatePolicy[]; readonly bake: Bake }
  /** One serving host first; null for none. */
  readonly oneBox: { readonly bake: Bake } | null
  /** The share of a zone's hosts that may change at once, 0–1; always at least one host. */
  readonly share: number
  /** After each zone. */
  readonly bake: Bake
  /** Asked in this region's steps, beside the plan's `watch`. */
  readonly gates: readonly GatePolicy[]
}

/** A bake is over when the time has passed **and** the data points have been seen. */
export interface Bake {
  readonly durationMs: number
  /** Requests (or whatever the run counts) at the step's place since the bake began, or why none are needed. */
  readonly dataPoints: number | { readonly waived: string }
  /** What happens when time is over and evidence is still missing. */
  readonly onWait: WaitPolicy
}

/** How long a `wait` may last, and what comes then: `halt` leaves everything as it stands, `stop` acts like a `stop`. */
export interface WaitPolicy {
  readonly deadlineMs: number
  readonly then: 'halt' | 'stop'
}

/** What a gate's answers lead to. */
export interface GatePolicy {
  readonly gate: string
  /** `rollback` undoes the run, `halt` leaves it as it stands, `skip` ignores this gate (and records that). */
  readonly onStop: 'rollback' | 'halt' | 'skip'
  readonly onWait: WaitPolicy
}

export interface PlanPolicy {
  /** How often gates are asked while a step lasts, in milliseconds. */
  readonly askEveryMs: number
  /** How long one gate may take to answer before it counts as `wait`, in milliseconds. */
  readonly gateTimeoutMs: number
  /** How long one host may take to be deployed or rolled back, in milliseconds. */
  readonly deployTimeoutMs: number
  /** The most hosts of one region that may change at once, however large a share of a zone is. */
  readonly maxInFlight: number
  /** What a deployment that fails leads to. */
  readonly onDeployFailure: 'rollback' | 'halt'
  /** How long a pulled cord is waited for before the run halts. */
  readonly cord: { readonly onWait: WaitPolicy }
  /** Roll-back: the share of a zone that may change at once, tries a host, and the pause between them. */
  readonly rollback: { readonly share: number; readonly attempts: number; readonly retryMs: number }
}
