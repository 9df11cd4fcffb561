import { type Logger, safeLogger } from '../../core/logger.ts'
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
  /** What rules may ask about a request. One that throws gives an empty context, and a warning. Default: empty. */
  readonly context?: (request: Request) => FlagContext
  readonly logger?: Partial<Logger>
}

/** Pins a client's flags of this moment, and a request's context, for the request. */
export function requestFlags<Request, Key extends string, Values = Readonly<Record<Key, Attributes>>>(
  client: Pick<FlagClient<Key, Values>, 'snapshot'>,
  options: RequestFlagsOptions<Request>,
): (request: Request) => RequestFlags<Key, Values> {
  const logger = safeLogger(options.logger)
  const contextOf = (request: Request): FlagContext => {
    try {
      return options.context?.(request) ?? {}
    } catch (error) {
      logger.warn('andon: the context of a request could not be made', { error })
      return {}
    }
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
