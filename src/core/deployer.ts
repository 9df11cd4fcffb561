import type { PlaceId } from './place.ts'

/** One host as the deployer lists it. */
export interface HostInfo {
  /** Its place, down to the host: `aws/us-east-1/use1-az2/-/h259`. */
  readonly host: PlaceId
  /** A validator takes canary traffic only. Default `serving`. */
  readonly role?: 'serving' | 'validator'
  readonly domains?: Readonly<Record<string, string>>
}

/**
 * How versions get onto hosts. Every call may throw, hang or lie: the runner bounds each by a deadline, checks
 * `currentVersion` after each change, and writes its intent down before. A promise that resolves means done: the host
 * runs that version and is healthy by its own lights.
 */
export interface Deployer {
  /** Every host of a region (or any place). Called once per region and run; the answer is kept in the journal. */
  hosts(place: PlaceId, options: { readonly signal: AbortSignal }): Promise<readonly HostInfo[]>
  /**
   * Puts `version` on `host`. Idempotent by `key`: a second call with a key whose work is done or under way must not
   * do it again but answer with the same outcome; a failed key may be tried again.
   */
  deploy(request: DeployRequest): Promise<void>
  /** Puts the version `to` back on `host`. Idempotent by `key`, like `deploy`. */
  rollback(request: RollbackRequest): Promise<void>
  /** The version that runs on the host now, seen from outside if that is possible. */
  currentVersion(host: PlaceId, options: { readonly signal: AbortSignal }): Promise<string>
}

export interface DeployRequest {
  readonly key: string
  readonly host: PlaceId
  readonly version: string
  readonly signal: AbortSignal
}

export interface RollbackRequest {
  readonly key: string
  readonly host: PlaceId
  readonly to: string
  readonly signal: AbortSignal
}
