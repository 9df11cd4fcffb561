import type { HostInfo } from '../core/deployer.ts'
import type { PlaceId } from '../core/place.ts'
import type { Decision } from '../core/verdict.ts'
import type { Bake, GatePolicy } from './plan.ts'

/**
 * Everything that is known about a run: the fold of its events. Immutable; parts that did not change are shared
 * between one state and the next, so that a transition costs the same in a fleet of ten hosts and of a million.
 */
export interface RunState {
  readonly run: string
  readonly version: string
  readonly previousVersion: string | undefined
  readonly startedAt: number
  readonly mode: Mode
  /** Which of the plan's stages is under way, or was when the run left the way forward. */
  readonly stage: number
  /** The regions' hosts, as first listed. */
  readonly hosts: Readonly<Record<PlaceId, readonly HostInfo[]>>
  /** What goes on side by side: one track a region. */
  readonly tracks: readonly Track[]
  /** Every host this run may have changed, newest first. */
  readonly touched: Touched | null
  readonly touchedCount: number
  /** When the first host was touched. */
  readonly firstTouchAt: number | undefined
  /** Why the run was to be rolled back at first, however often that had to be taken up again. */
  readonly rollbackCause: Cause | undefined
  /** Hosts whose roll-back failed for good. */
  readonly stuck: readonly { readonly host: PlaceId; readonly message: string }[]
  /** Numbers the phases of all tracks: what belongs to an earlier one is out of date. */
  readonly epoch: number
  /** What the last look at the hosts found. */
  readonly verified: Verification | undefined
}

/** Where a run is on its way. Only `released` and `rolled-back` are final; `halted` may be continued or rolled back. */
export type Mode =
  | { readonly kind: 'listing' }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'draining'
      readonly then: 'rollback' | 'halt'
      readonly cause: Cause
      readonly from: 'running' | 'rolling-back'
    }
  | { readonly kind: 'rolling-back'; readonly cause: Cause; readonly later: readonly (readonly Track[])[] }
  | {
      readonly kind: 'verifying'
      readonly then: EndKind
      readonly cause: Cause | undefined
      readonly from: 'running' | 'rolling-back'
      /** Which look at the hosts is waited for: an answer to an earlier one is out of date. */
      readonly look: number
    }
  | { readonly kind: 'released' }
  | { readonly kind: 'rolled-back'; readonly cause: Cause }
  | { readonly kind: 'halted'; readonly cause: Cause; readonly from: 'running' | 'rolling-back' }

export type EndKind = 'released' | 'rolled-back' | 'halted'

/** Why a run left the way forward. */
export interface Cause {
  /** A gate's name, or `deployer`, `cord`, `data-points`, `operator`, `verification`. */
  readonly by: string
  readonly code: string
  readonly message: string
  readonly at: number
  readonly stage?: string
  readonly step?: string
  readonly place?: PlaceId
}

/** One region's way through its steps (or a check stage's single step, or a region's way back). */
export interface Track {
  readonly action: 'deploy' | 'rollback'
  /** The region, or the name of the check stage. */
  readonly name: string
  readonly steps: readonly Step[]
  readonly step: number
  readonly phase: 'before' | 'during' | 'bake' | 'done'
  readonly epoch: number
  /** When the phase began. */
  readonly enteredAt: number
  /** Evidence from here on counts. */
  readonly since: number
  /** Whether the last answers allow hosts to be changed, and until when they hold. */
  readonly open: boolean
  readonly openUntil: number
  /** The epoch of the track's first phase: an answer to anything asked since then is about this track. */
  readonly firstEpoch: number
  /** The next host of the step that has not been tried. */
  readonly next: number
  /** Hosts to try again, after what stands in front of the others. */
  readonly again: readonly Again[]
  readonly inFlight: readonly InFlight[]
  readonly decisions: Readonly<Record<string, Decision>>
  /** Since when each gate has been waiting, where waiting counts. */
  readonly waiting: Readonly<Record<string, number>>
}

export interface Step {
  readonly kind: 'check' | 'validator' | 'one-box' | 'zone' | 'rollback'
  /** For people: `validator`, `one box`, or the zone. */
  readonly name: string
  readonly place: PlaceId | undefined
  readonly hosts: readonly PlaceId[]
  /** For a roll-back: the version that each of `hosts` goes back to. */
  readonly to: readonly string[] | undefined
  /** How many hosts may change at once. */
  readonly window: number
  readonly bake: Bake | null
  readonly policies: readonly GatePolicy[]
}

export interface Again {
  readonly host: PlaceId
  readonly to: string | undefined
  readonly attempt: number
  readonly notBefore: number
}

export interface InFlight {
  readonly host: PlaceId
  readonly to: string | undefined
  readonly attempt: number
  /** The intent stands in the journal; before that nothing has been done to the host. */
  readonly intended: boolean
}

/** A list that grows at its head, so that adding is cheap and newest-first is its natural order. */
export interface Touched {
  readonly host: PlaceId
  /** What ran there before. */
  readonly from: string
  readonly before: Touched | null
}

/** The versions found by asking the hosts themselves. */
export interface Verification {
  readonly at: number
  readonly versions: Readonly<Record<string, number>>
  readonly unexpected: readonly { readonly host: PlaceId; readonly expected: string; readonly actual: string }[]
  /** Hosts that did not say. */
  readonly unknown: readonly { readonly host: PlaceId; readonly message: string }[]
  /** Hosts with a change that was given up after its time-out and has not ended: it may still land. */
  readonly unsettled: readonly { readonly host: PlaceId; readonly message: string }[]
}
