import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  StandardResolutionReasons,
} from '@openfeature/server-sdk'
import { portOption } from '../../core/options.ts'
import type { Evaluation, FlagClient } from '../client/flag-client.ts'
import type { FlagReason } from '../evaluation/outcome.ts'

export interface OpenFeatureOptions {
  /** The attribute that holds a flag's text or number. Default `value`. */
  readonly valueAttribute?: string
  /** Whether the client is closed with the provider. Default true. */
  readonly closeClient?: boolean
  /** How long `initialize` waits for flags, in milliseconds. Default 2,000. */
  readonly readyTimeoutMs?: number
}

const REASONS: Readonly<Record<FlagReason, string>> = {
  'kill-switch': StandardResolutionReasons.DISABLED,
  'deny-list': StandardResolutionReasons.TARGETING_MATCH,
  'allow-list': StandardResolutionReasons.TARGETING_MATCH,
  cohort: StandardResolutionReasons.TARGETING_MATCH,
  rule: StandardResolutionReasons.TARGETING_MATCH,
  split: StandardResolutionReasons.SPLIT,
  default: StandardResolutionReasons.DEFAULT,
  static: StandardResolutionReasons.STATIC,
  bootstrap: StandardResolutionReasons.DEFAULT,
  'parse-error': StandardResolutionReasons.ERROR,
  'not-found': StandardResolutionReasons.ERROR,
  error: StandardResolutionReasons.ERROR,
}

/**
 * The client as a provider for `@openfeature/server-sdk`. A boolean flag is whether it is on; a text or number is the
 * attribute `value`; an object is all attributes. A flag that is off gives the caller's default, reason `DISABLED`. The
 * targeting key is `$targetingKey` in rules. What there is beyond OpenFeature's own details (our reason, the list, the
 * age) goes into the flag's metadata.
 */
export function createOpenFeatureProvider(client: FlagClient, options: OpenFeatureOptions = {}): Provider {
  const { valueAttribute = 'value', closeClient = true, readyTimeoutMs = 2000 } = options
  portOption('createOpenFeatureProvider client', client, ['evaluate', 'onChange', 'ready'])
  const events = new OpenFeatureEventEmitter()
  const stops = [
    client.onChange('*', key => events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [key] })),
    client.onStale(ageMs => events.emit(ProviderEvents.Stale, { message: `the flags are ${ageMs} ms old` })),
    client.onFresh(() => events.emit(ProviderEvents.Ready)),
  ]

  const resolve = <T>(
    key: string,
    otherwise: T,
    context: EvaluationContext,
    read: (e: Evaluation) => T | undefined,
  ): ResolutionDetails<T> => {
    const evaluation = client.evaluate(key, context)
    const failed = failure(key, evaluation)
    const flagMetadata = metadataOf(evaluation)
    if (failed) return { value: otherwise, reason: StandardResolutionReasons.ERROR, ...failed, flagMetadata }
    const variant = evaluation.variant ?? (evaluation.enabled ? 'on' : 'off')
    const reason = REASONS[evaluation.reason]
    const value = read(evaluation)
    if (value === undefined) {
      if (!evaluation.enabled)
        return { value: otherwise, reason: StandardResolutionReasons.DISABLED, variant, flagMetadata }
      const errorMessage = `flag ${key}: expected ${typeof otherwise === 'object' ? 'attributes' : `a ${typeof otherwise} in its attribute ${valueAttribute}`}`
      return {
        value: otherwise,
        reason: StandardResolutionReasons.ERROR,
        errorCode: ErrorCode.TYPE_MISMATCH,
        errorMessage,
        flagMetadata,
      }
    }
    return { value, reason, variant, flagMetadata }
  }
  const attribute =
    <T>(type: 'string' | 'number') =>
    ({ enabled, value }: Evaluation): T | undefined => {
      const found = enabled && Object.hasOwn(value, valueAttribute) ? value[valueAttribute] : undefined
      // The type was just looked at; TypeScript cannot follow a type that is named by a value.
      return typeof found === type ? (found as T) : undefined
    }

  return {
    metadata: { name: 'andon' },
    runsOn: 'server',
    hooks: [],
    events,
    // The SDK itself tells that the provider is ready when this resolves; telling it here too would say it twice.
    initialize: async () => void (await client.ready({ timeoutMs: readyTimeoutMs })),
    async onClose() {
      for (const stop of stops) stop()
      if (closeClient) await client.close()
    },
    resolveBooleanEvaluation: async (key, otherwise, context) => resolve(key, otherwise, context, e => e.enabled),
    resolveStringEvaluation: async (key, otherwise, context) =>
      resolve(key, otherwise, context, attribute<string>('string')),
    resolveNumberEvaluation: async (key, otherwise, context) =>
      resolve(key, otherwise, context, attribute<number>('number')),
    async resolveObjectEvaluation<T extends JsonValue>(key: string, otherwise: T, context: EvaluationContext) {
      return resolve<T>(key, otherwise, context, e =>
        e.enabled && Object.keys(e.value).length > 0 ? (e.value as unknown as T) : undefined,
      )
    },
  }
}

function failure(
  key: string,
  { reason, snapshotVersion }: Evaluation,
): { errorCode: ErrorCode; errorMessage: string } | undefined {
  if (reason === 'error') return { errorCode: ErrorCode.GENERAL, errorMessage: `flag ${key} could not be evaluated` }
  if (reason === 'parse-error')
    return { errorCode: ErrorCode.PARSE_ERROR, errorMessage: `flag ${key} cannot be understood` }
  if (reason !== 'not-found') return undefined
  if (snapshotVersion === undefined)
    return { errorCode: ErrorCode.PROVIDER_NOT_READY, errorMessage: 'there are no flags yet' }
  return { errorCode: ErrorCode.FLAG_NOT_FOUND, errorMessage: `flag ${key}: there is none of that name` }
}

function metadataOf({
  reason,
  list,
  rule,
  snapshotVersion,
  ageMs,
  stale,
}: Evaluation): Record<string, string | number | boolean> {
  const all = { reason, list, rule, version: snapshotVersion, ageMs, stale }
  return Object.fromEntries(
    Object.entries(all).filter((e): e is [string, string | number | boolean] => e[1] !== undefined),
  )
}
