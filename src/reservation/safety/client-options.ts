import type { AgentOptions } from 'node:https'
import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import type { HmacSigner } from '../../parts/server/index.ts'

/** Options of `safetyCheckClient`. */
export interface SafetyCheckClientOptions {
  /** Where the service is asked; without a path, `/is-safe-to-reserve` there. https, or http on this machine. */
  readonly url: string | URL
  /** That it may be http elsewhere too: anybody on the way can then answer `go`. Default false. */
  readonly plainHttp?: boolean
  /** `sign` of an `hmacSigner`. */
  readonly sign?: HmacSigner['sign']
  /** A token, or what has a fresh one. */
  readonly bearer?: string | (() => string | Promise<string>)
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** The authority, and the client's own certificate, for https. */
  readonly tls?: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'servername' | 'minVersion'>
  /** How long one question may take, a second attempt included, in milliseconds; its own deadline counts as well. Default 5,000. */
  readonly timeoutMs?: number
  /** How many questions may be under way; for more, it is `wait` at once, so that a slow service is not stormed. Default 32. */
  readonly maxInFlight?: number
  /** The largest answer, in bytes. Default 1 MiB. */
  readonly answerLimit?: number
  readonly clock?: Clock
  readonly random?: Random
}
