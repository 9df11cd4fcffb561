import { backoffMs } from '../../core/backoff.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { invalid, numberOption, portOption, textOption } from '../../core/options.ts'
import { createPoller } from '../../core/poller.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { FlagSource } from '../source.ts'
import { type AppConfigDataClientLike, type LatestConfiguration, loadDataApi } from './app-config-client.ts'
import { conversation } from './app-config-conversation.ts'
import type { CallFailure } from './app-config-failure.ts'
import { LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S } from './app-config-session.ts'
import { contentVersions } from './content-version.ts'
import { guardedSink } from './guarded-sink.ts'
import { readText } from './read-text.ts'

/** Options of `appConfigSource`. */
export interface AppConfigSourceOptions {
  /** Name or id of the application, the environment and the configuration profile. */
  readonly application: string
  readonly environment: string
  readonly profile: string
  /**
   * An `AppConfigDataClient` of your own, with your credentials. Its retries are not used, and it is not destroyed.
   * Default: one that is made on start, with the SDK's default credentials.
   */
  readonly client?: AppConfigDataClientLike
  /** Of the client that is made. Default: as the SDK finds it. Not beside `client`. */
  readonly region?: string
  /** Where that client calls, as a URL. Default: the region's. Not beside `client`. */
  readonly endpoint?: string
  /**
   * What the service is asked to allow, from one look to the next, in milliseconds, in whole seconds upwards; what it
   * answers wins, now and later. Each wait is up to a tenth longer, at random. Default 60,000; 15,000 to 86,400,000.
   */
  readonly pollMs?: number
  /** How long one call may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number
  /** How often to look while access is denied or nothing is found, in milliseconds. Default 5 minutes. */
  readonly slowPollMs?: number
  readonly clock?: Clock
  readonly random?: Random
}

const MINUTE_MS = 60_000
/** The back-off goes up to twice the interval, so that the mean is the usual pace; but within a minute and this. */
const LONGEST_BACKOFF_MS = 5 * MINUTE_MS

/**
 * Flags from AWS AppConfig through its Data API, with the AWS SDK, which is an optional peer and loaded when a source is
 * started. Keeps the API's contract: each token is used for one call and replaced by the next; a token that is refused,
 * is nearly 24 hours old, or may have been spent by a call whose answer was lost is followed by a new session. An empty
 * answer means unchanged, and its empty label says nothing. Throttling and failures of the service back off with full
 * jitter; where access is denied or nothing is found, the source looks again every few minutes, for ever.
 *
 * `refresh` before the service allows the next call starts a new session, which costs two calls. The service
 * knows a poller by its session alone, so in the middle of a gradual deployment a new one may get the other version.
 *
 * Every process that starts it polls by itself: in `node:cluster`, each worker. Its timers keep no process alive; a call
 * under way may, until its deadline. Told as failed: `missing-package` (with the line to type), `timeout`,
 * `unreachable`, `throttled`, `server-error`, `denied`, `not-found`, `refused`, `too-early`, `token-refused`,
 * `malformed`, `empty`. Throws `invalid-option`.
 */
export function appConfigSource(options: AppConfigSourceOptions): FlagSource {
  const { client, region, endpoint, clock = realClock, random = systemRandom } = options
  const application = textOption('appConfigSource application', options.application)
  const environment = textOption('appConfigSource environment', options.environment)
  const profile = textOption('appConfigSource profile', options.profile)
  if (client !== undefined) {
    portOption('appConfigSource client', client, ['send'])
    if (region !== undefined) throw invalid('appConfigSource region', 'none beside client, which has its own', region)
    if (endpoint !== undefined)
      throw invalid('appConfigSource endpoint', 'none beside client, which has its own', endpoint)
  }
  if (region !== undefined) textOption('appConfigSource region', region)
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw invalid('appConfigSource endpoint', 'a URL', endpoint)
  const [shortestMs, longestMs] = [SHORTEST_INTERVAL_S * 1000, LONGEST_INTERVAL_S * 1000]
  const pollMs = numberOption('appConfigSource pollMs', options.pollMs ?? MINUTE_MS, shortestMs, longestMs)
  const requestedS = Math.ceil(pollMs / 1000)
  const timeoutMs = numberOption('appConfigSource timeoutMs', options.timeoutMs ?? 10_000, 1)
  const slowPollMs = numberOption('appConfigSource slowPollMs', options.slowPollMs ?? 5 * MINUTE_MS, 1)
  const name = `appconfig:${application}/${environment}/${profile}`

  return {
    name,
    start(given) {
      const versions = contentVersions()
      const stopping = new AbortController()
      const sink = guardedSink(given, stopping.signal)
      const service = conversation({
        name,
        request: {
          ApplicationIdentifier: application,
          EnvironmentIdentifier: environment,
          ConfigurationProfileIdentifier: profile,
          RequiredMinimumPollIntervalInSeconds: requestedS,
        },
        timeoutMs,
        clock,
        load: () => loadDataApi({ client, region, endpoint }),
      })
      let failures = 0
      /** What is wrong with the latest content, which an answer of "unchanged" then does not make better. */
      let wrong: AndonError | undefined = new AndonError('empty', `${name}: the configuration is empty`)

      const tell = ({ Configuration: bytes, VersionLabel }: LatestConfiguration) => {
        if (!bytes || bytes.byteLength === 0) return wrong ? sink.failed(wrong) : sink.unchanged()
        try {
          const content = readText(name, bytes)
          const { version, same } = versions.next(content, VersionLabel ?? undefined)
          wrong = undefined
          if (same) sink.unchanged()
          else sink.document({ content, version })
        } catch (error) {
          wrong = error as AndonError
          sink.failed(wrong)
        }
      }
      const waitAfter = ({ remedy }: CallFailure): number => {
        if (remedy === 'wait') return service.intervalMs()
        if (remedy === 'slow') return slowPollMs
        const capMs = Math.min(LONGEST_BACKOFF_MS, Math.max(MINUTE_MS, 2 * service.intervalMs()))
        return backoffMs(failures++, { baseMs: 1000, capMs, random })
      }

      const poller = createPoller({
        everyMs: service.intervalMs(),
        // Full jitter may say zero, and a slow poll may be set short; both still leave the service a moment.
        minMs: 100,
        maxMs: Math.max(longestMs, slowPollMs),
        clock,
        random,
        async look({ signal, asked }) {
          let latest: LatestConfiguration
          try {
            latest = await service.latest(asked, signal)
          } catch (thrown) {
            const failure = thrown as CallFailure
            sink.failed(failure.error)
            return waitAfter(failure)
          }
          failures = 0
          tell(latest)
          return service.intervalMs()
        },
      })
      return {
        refresh: () => poller.refresh(),
        async close() {
          stopping.abort()
          await poller.close()
          service.close()
        },
      }
    },
  }
}
