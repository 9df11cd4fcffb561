import type { PlaceId } from '../core/place.ts'

/** One finished run of a canary: what its last attempt came to. */
export interface CanaryRun {
  /** When it began, in epoch milliseconds: what began before a change says nothing about it, however late it ended. */
  readonly startedAt: number
  /** When it ended, in epoch milliseconds. */
  readonly at: number
  readonly ok: boolean
  /** How long the last attempt took. */
  readonly durationMs: number
  /** What went wrong, in one line. */
  readonly error?: string
  /** What kind of failure it is: the check's own code, or `timeout`, `threw`, `malformed`, `leaking`. */
  readonly code?: string
  /** What the check tells besides; remembered of the latest failure only. */
  readonly detail?: unknown
  /** The first attempt, when it failed and the check was tried again at once. */
  readonly first?: FirstAttempt
}

/** A first attempt that failed. */
export interface FirstAttempt {
  readonly durationMs: number
  readonly error?: string
  readonly code?: string
}

/** What is known of one canary from one vantage: its latest runs, the last one last. */
export interface CanaryRecord {
  readonly name: string
  readonly place: PlaceId | undefined
  /** Where it runs from. */
  readonly vantage?: string
  /** `fail` for a negative control. Default `pass`. */
  readonly expect?: 'pass' | 'fail'
  /** When it was started, in epoch milliseconds. */
  readonly since?: number
  /** Its own pace: from run to run, and how long one may take, in milliseconds. Default: nobody knows. */
  readonly everyMs?: number
  readonly timeoutMs?: number
  readonly runs: readonly CanaryRun[]
  /** The latest failed run, even when `runs` goes back no further than to a later one. */
  readonly lastFailure?: CanaryRun
}

/** A canary's name and, where it has one, its vantage: `front page from office`. */
export const canaryLabel = ({ name, vantage }: Pick<CanaryRecord, 'name' | 'vantage'>): string =>
  vantage === undefined ? name : `${name} from ${vantage}`
