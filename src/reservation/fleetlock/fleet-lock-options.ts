import type { Logger } from '../../core/logger.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'

/** What is known of a node that may ask, by the id that it calls itself. At least one proof is needed; of two, both. */
export interface FleetLockNode {
  /** The host that it is; each host for one id only. */
  readonly host: PlaceId
  /**
   * SHA-256, in lower-case hex, of the token that this node alone has: at least 16 random bytes. It is sent as
   * `Authorization: Bearer TOKEN`, or as the password of `Basic`, which is what becomes of a base URL with a password in it.
   */
  readonly secretHash?: string
  /** SHA-256 of its client certificate, in lower-case hex without colons. */
  readonly certificate?: string
  /** The group that it has to name. Default: any. */
  readonly group?: string
  /** What its reboots are. Default `restart`. */
  readonly activity?: Activity
  /**
   * How long it may be away, in milliseconds: it sends no heartbeats, so the lease has to last from the permission to the
   * end of the reboot; one that stays away for longer is a casualty. The policy's `ttlMs.max` limits it. Default
   * 3,600,000 (an hour).
   */
  readonly ttlMs?: number
}

export interface FleetLockOptions {
  readonly coordinator: Pick<Coordinator, 'reserve' | 'status' | 'renew' | 'advance' | 'release'>
  /** Who an id is; undefined: nobody. Asked with whatever a stranger sends, up to 256 characters. */
  readonly nodes: (id: string) => FleetLockNode | undefined | Promise<FleetLockNode | undefined>
  /** Stands before `/v1/pre-reboot` and `/v1/steady-state`. Default: nothing. */
  readonly basePath?: string
  readonly logger?: Partial<Logger>
}
