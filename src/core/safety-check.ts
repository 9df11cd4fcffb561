import type { PlaceId } from './place.ts'
import type { Verdict } from './verdict.ts'

/**
 * What is going to be done to a host. `restart`: it is away for minutes and comes back with its data. `long-offline`:
 * it is away for so long that its data has to be made whole elsewhere. `destroy`: what is on it is gone.
 */
export type Activity = 'restart' | 'long-offline' | 'destroy'

/** A host that must not be counted on. */
export interface UnavailableHost {
  readonly host: PlaceId
  readonly zone: PlaceId
  /** The failure domain that it shares with others, if it is known. */
  readonly rack?: string
  /** `reserved`: somebody works on it, or is about to. `lost`: it did not come back, and nobody may assume that it will. */
  readonly state: 'reserved' | 'lost'
  readonly activity?: Activity
}

/** The question that a service which keeps data is asked. */
export interface SafetyRequest {
  /** New for every question; the answer has to say it again. */
  readonly requestId: string
  readonly host: PlaceId
  readonly zone: PlaceId
  readonly rack?: string
  readonly activity: Activity
  /** Every other host that is reserved or lost, as far as the asker knows. */
  readonly unavailable: readonly UnavailableHost[]
  /** The newest version of the placement that the asker has heard of; an older answer is worth nothing. 0: none yet. */
  readonly placementVersion: number
  /** Epoch milliseconds; an answer that comes later is not heard. */
  readonly deadline: number
}

/** What an answer says again, so that it cannot be taken for the answer to another question. */
export interface SafetyEvidence {
  readonly requestId: string
  readonly host: PlaceId
  readonly activity: Activity
  /** Of the placement that was looked at: a whole number that only grows. */
  readonly placementVersion: number
  /** The stripes or replica sets that would be hurt, the first of them at least. */
  readonly hurt?: readonly string[]
  /** How many would be hurt in all, where the list is cut. */
  readonly hurtCount?: number
}

/** A verdict whose evidence says what it answers. */
export interface SafetyVerdict extends Verdict {
  readonly evidence: SafetyEvidence
}

/**
 * Implemented by the service that owns the data. The answer must assume that the host never comes back. Whatever is not
 * a well-formed `go` about this very request, in time, is not permission.
 */
export interface SafetyCheck {
  isSafeToReserve(request: SafetyRequest, options: { readonly signal: AbortSignal }): Promise<Verdict>
}
