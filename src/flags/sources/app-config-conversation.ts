import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import type { DataApi, LatestConfiguration } from './app-config-client.ts'
import { type CallFailure, callFailure } from './app-config-failure.ts'
import { intervalOf, isEarly, isTooOld, type Session, sessionOf } from './app-config-session.ts'

interface Options {
  /** The source's name, for messages. */
  readonly name: string
  /** What `StartConfigurationSession` is given. */
  readonly request: {
    readonly ApplicationIdentifier: string
    readonly EnvironmentIdentifier: string
    readonly ConfigurationProfileIdentifier: string
    readonly RequiredMinimumPollIntervalInSeconds: number
  }
  readonly timeoutMs: number
  readonly clock: Clock
  readonly load: () => Promise<DataApi>
}

/** The calls of one source, with the token that goes from each to the next. */
export interface Conversation {
  /**
   * The latest configuration, from the session there is or a new one. `asked`: do not wait till the service allows the
   * session's next call. Throws a `CallFailure`, with the token kept or dropped as its remedy says. Not twice at a time.
   */
  latest(asked: boolean, signal: AbortSignal): Promise<LatestConfiguration>
  /** From one call to the next, in milliseconds, as the service wants it now. */
  intervalMs(): number
  close(): void
}

/** Speaks the Data API: a token for every call, each used once and replaced by the next. */
export function conversation({ name, request, timeoutMs, clock, load }: Options): Conversation {
  let api: DataApi | undefined
  let session: Session | undefined
  let intervalMs = request.RequiredMinimumPollIntervalInSeconds * 1000

  type Work<T> = (api: DataApi, signal: AbortSignal) => Promise<T>
  /** One call, with a deadline of its own. Throws a `CallFailure`. */
  const call = async <T>(which: 'start' | 'get', signal: AbortSignal, work: Work<T>): Promise<T> => {
    try {
      api ??= await load()
      const ready = api
      return await deadline(clock, timeoutMs, name, s => work(ready, s), signal, { keepAlive: false })
    } catch (error) {
      throw callFailure(name, which, error)
    }
  }
  const startSession = async (signal: AbortSignal): Promise<Session> => {
    const token = await call('start', signal, async (ready, s) =>
      tokenOf(name, (await ready.start(request, s))?.InitialConfigurationToken),
    )
    // The first call of a session may come at once.
    return sessionOf(token, 0, clock)
  }
  const useToken = async ({ token }: Session, signal: AbortSignal): Promise<LatestConfiguration> => {
    const [latest, next] = await call('get', signal, async (ready, s) => {
      const answer = await ready.get({ ConfigurationToken: token }, s)
      return [answer, tokenOf(name, answer?.NextPollConfigurationToken)] as const
    })
    intervalMs = intervalOf(latest.NextPollIntervalInSeconds, intervalMs)
    session = sessionOf(next, intervalMs, clock)
    return latest
  }
  const latest = async (asked: boolean, signal: AbortSignal): Promise<LatestConfiguration> => {
    if (session && (isTooOld(session, clock) || (asked && isEarly(session, clock)))) session = undefined
    const isNew = session === undefined
    try {
      session ??= await startSession(signal)
      return await useToken(session, signal)
    } catch (failure) {
      const { remedy } = failure as CallFailure
      // Throttling and failures of the service say nothing about the token; nor does a call that came too early.
      if (remedy !== 'back-off' && remedy !== 'wait') session = undefined
      const retry = remedy === 'new-session' || (remedy === 'wait' && asked)
      // A token that was given just now and is refused all the same will not get better by asking for another one.
      if (isNew || !retry) throw failure
      session = undefined
      return latest(false, signal)
    }
  }
  return { latest, intervalMs: () => intervalMs, close: () => api?.close() }
}

function tokenOf(name: string, token: unknown): string {
  if (typeof token === 'string' && token !== '') return token
  throw new AndonError('malformed', `${name}: the service answered without a token`)
}
