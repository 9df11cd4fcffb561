import type { S3Client } from '@aws-sdk/client-s3'
import { deadline } from '../../../core/abort.ts'
import { AndonError, isAndonError } from '../../../core/errors.ts'
import { messageOf } from '../../../core/options.ts'
import type { ScenarioContext, ScenarioTarget } from '../../support/step-types.ts'
import { type Attempt, attemptOf } from '../shared/attempt.ts'
import { fill } from '../shared/fill.ts'
import { cleanMessage } from '../shared/redact.ts'
import { keysOf, s3Client } from './client.ts'
import type { S3ClientLike, S3Settings } from './options.ts'
import { loadS3, type S3Sdk } from './sdk.ts'
import { newS3State, type S3State } from './state.ts'
import { type StoreAnswer, storeError } from './store-error.ts'

/** Where an object is. */
export interface ObjectName {
  readonly Bucket: string
  readonly Key: string
}

/** A request as steps make it: with the SDK's commands, the client, and the signal that ends it. */
export type S3Work<T> = (sdk: S3Sdk, client: S3Client, how: { readonly abortSignal: AbortSignal }) => Promise<T>

/** What the S3 steps share. */
export interface S3World {
  readonly settings: S3Settings
  attempt(context: ScenarioContext): Attempt
  state(context: ScenarioContext): S3State
  /** The attempt's own place for keys. */
  prefix(context: ScenarioContext): string
  /** Where a key of the feature is. Throws `no-bucket`. */
  name(context: ScenarioContext, key: string): ObjectName
  /** Does something with the store, in the time of a request. Rejects with `store-failed`, `timeout` and others. */
  call<T>(context: ScenarioContext, what: string, work: S3Work<T>, leftMs?: number): Promise<T>
  /** The same, but what the store refuses is an answer as well. */
  attemptCall<T>(context: ScenarioContext, what: string, work: S3Work<T>): Promise<T | undefined>
  /** Does something whose failure is shown without secrets, with the store's last answer attached. */
  shown<T>(context: ScenarioContext, work: () => Promise<T> | T): Promise<T>
  /** Has something undone behind the attempt. */
  cleanup(context: ScenarioContext, name: string, undo: () => Promise<unknown>): void
}

export function s3World(settings: S3Settings): S3World {
  const states = new WeakMap<object, S3State>()
  // One for all attempts at a target: connections are used again.
  const clients = new WeakMap<ScenarioTarget, S3Client>()
  const attempt = (context: ScenarioContext) => attemptOf(context, settings.newId)
  const state = ({ world }: ScenarioContext) => {
    const made = states.get(world) ?? newS3State()
    states.set(world, made)
    return made
  }
  const prefix = (context: ScenarioContext) => `${settings.keyPrefix}${attempt(context).unique}/`
  const clientFor = (context: ScenarioContext, sdk: S3Sdk): S3Client => {
    const { target } = context
    if (settings.client) return settings.client as S3ClientLike as unknown as S3Client
    const client = clients.get(target) ?? s3Client(sdk, target)
    clients.set(target, client)
    return client
  }
  const learnSecrets = async (context: ScenarioContext) => {
    const { credentials, name } = context.target
    const { secrets } = attempt(context)
    if (!credentials || settings.client) return
    const { secretAccessKey, sessionToken } = keysOf(await credentials(), name)
    secrets.add(secretAccessKey)
    if (sessionToken !== undefined) secrets.add(sessionToken)
  }
  const run = async <T>(context: ScenarioContext, what: string, work: S3Work<T>, leftMs = Infinity): Promise<T> => {
    const now = state(context)
    now.last = { what, status: undefined, code: undefined, requestId: undefined }
    const sdk = await loadS3()
    const client = clientFor(context, sdk)
    const limitMs = Math.min(settings.requestTimeoutMs, leftMs)
    const signal = context.signal
    try {
      const done = await deadline(
        context.clock,
        limitMs,
        what,
        abortSignal => work(sdk, client, { abortSignal }),
        signal,
      )
      now.last = { ...now.last, status: metadataOf(done).httpStatusCode ?? 200, requestId: metadataOf(done).requestId }
      return done
    } catch (error) {
      signal.throwIfAborted()
      if (isAndonError(error)) throw error
      const failed = storeError(what, error)
      now.last = failed.answer
      throw failed.error
    }
  }
  const fail = async (context: ScenarioContext, error: unknown): Promise<never> => {
    // What may be in an error has to be known before it can be taken out.
    await learnSecrets(context).catch(() => {})
    const { secrets } = attempt(context)
    const { last } = state(context)
    if (last) await context.attach(cleanMessage(answerText(last), secrets), { mediaType: 'text/plain' })
    const code = isAndonError(error) ? error.code : 'store-failed'
    throw new AndonError(code, cleanMessage(messageOf(error), secrets))
  }
  const shown: S3World['shown'] = async (context, work) => {
    try {
      return await work()
    } catch (error) {
      return fail(context, error)
    }
  }
  return {
    settings,
    attempt,
    state,
    prefix,
    shown,
    cleanup(context, name, undo) {
      context.cleanup(name, () => shown(context, undo))
    },
    name(context, key) {
      const { bucket } = state(context)
      if (bucket === undefined)
        throw new AndonError('no-bucket', 'no bucket: begin with "Given the bucket …" or "Given a bucket of the pool"')
      return { Bucket: bucket, Key: `${prefix(context)}${fill(key, attempt(context))}` }
    },
    call: run,
    async attemptCall(context, what, work) {
      try {
        return await run(context, what, work)
      } catch (error) {
        if (state(context).last?.status === undefined) throw error
        return undefined
      }
    },
  }
}

const metadataOf = (done: unknown) =>
  (done as { $metadata?: { httpStatusCode?: number; requestId?: string } } | null | undefined)?.$metadata ?? {}

const answerText = ({ what, status, code, requestId }: StoreAnswer) =>
  [
    what,
    `status ${status ?? 'none: no answer'}`,
    ...(code ? [`error ${code}`] : []),
    ...(requestId ? [`request ${requestId}`] : []),
  ].join('\n')
