import { AndonError } from '../../core/errors.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { messageOf, portOption } from '../../core/options.ts'
import type { Evaluation, FlagClient } from '../client/flag-client.ts'
import type { Attributes } from '../documents/compiled-flag.ts'
import type { FlagContext } from '../rules/compile-rule.ts'

/** Flags for one request: one snapshot and one context, from its beginning to its end. */
export interface RequestFlags<Key extends string = string, Values = Readonly<Record<Key, Attributes>>> {
  enabled(key: Key): boolean
  value<K extends Key>(key: K): Values[K & keyof Values]
  evaluate(key: Key): Evaluation
  readonly context: FlagContext
}

export interface RequestFlagsOptions<Request> {
  /**
   * What rules may ask about a request; synchronous. When it fails, flags that would have asked anything come to reason
   * `error`: somebody of whom nothing is known may be on a deny list. Default: empty.
   */
  readonly context?: (request: Request) => FlagContext
  readonly logger?: Partial<Logger>
}

/** A context of which nothing can be asked. */
function unknowable(cause: unknown): FlagContext {
  const refuse = () => {
    throw new AndonError('unknown-context', `the context of the request could not be made: ${messageOf(cause)}`, {
      cause,
    })
  }
  return new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse })
}

/** Pins a client's flags of this moment, and a request's context, for the request. */
export function requestFlags<Request, Key extends string, Values = Readonly<Record<Key, Attributes>>>(
  client: Pick<FlagClient<Key, Values>, 'snapshot'>,
  options: RequestFlagsOptions<Request>,
): (request: Request) => RequestFlags<Key, Values> {
  portOption('requestFlags client', client, ['snapshot'])
  const logger = safeLogger(options.logger)
  const contextOf = (request: Request): FlagContext => {
    try {
      const made: unknown = options.context?.(request) ?? {}
      if (typeof (made as Promise<unknown>).then !== 'function') return made as FlagContext
      Promise.resolve(made).catch(() => {})
      return unknown(new TypeError('expected a context, got a promise: it is made while the request waits'))
    } catch (error) {
      return unknown(error)
    }
  }
  let told = false
  const unknown = (error: unknown): FlagContext => {
    if (!told) logger.warn('andon: the context of a request could not be made', { error })
    told = true
    return unknowable(error)
  }
  return request => {
    const view = client.snapshot()
    const context = contextOf(request)
    return {
      context,
      enabled: key => view.enabled(key, context),
      value: key => view.value(key, context),
      evaluate: key => view.evaluate(key, context),
    }
  }
}
