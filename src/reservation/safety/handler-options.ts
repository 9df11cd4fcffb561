import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import type { Authenticate, Role } from '../../parts/server/index.ts'

/** Options of `safetyCheckHandler`. */
export interface SafetyCheckHandlerOptions {
  /** Tells who asks: `hmacAuthentication`, `jwtAuthentication`, `certificateAuthentication`, or a function. */
  readonly authenticate: Authenticate
  /** Who may ask: one role, or any of several. Default `automation`. */
  readonly role?: Role | readonly Role[]
  /** Where it is asked. Default `/is-safe-to-reserve`. */
  readonly path?: string
  /** How long the check may take, in milliseconds; the request's own deadline counts as well. Default 5,000. */
  readonly timeoutMs?: number
  /** The largest request, in bytes; it lists every host that is reserved or lost. Default 4 MiB. */
  readonly bodyLimit?: number
  readonly logger?: Partial<Logger>
  readonly clock?: Clock
}
