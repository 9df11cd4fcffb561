import { deadline } from '../../core/abort.ts'
import { backoffMs } from '../../core/backoff.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { invalid, messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { createPoller } from '../../core/poller.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { FlagSource } from '../source.ts'
import { contentVersions } from './content-version.ts'
import { guardedSink } from './guarded-sink.ts'
import { readText } from './read-text.ts'

/** Options of `agentSource`. */
export interface AgentSourceOptions {
  /** Names or ids, as the Agent is asked for them. */
  readonly application: string
  readonly environment: string
  readonly profile: string
  /** Where the Agent listens, as an http(s) URL. Default `http://localhost:2772`. */
  readonly url?: string | URL
  /**
   * From one look to the next, in milliseconds; each is up to a tenth longer, at random. Default 15,000: the Agent
   * answers from its own cache and polls AppConfig at its own pace, so a look costs nothing.
   */
  readonly pollMs?: number
  /** How long one look may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** The longest body that is read, in bytes. Default 4 MiB. */
  readonly maxBytes?: number
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Flags from an AWS AppConfig Agent that already runs beside the program (a sidecar, a daemon or a Lambda extension).
 * The `Configuration-Version` header is the version. Whatever is not a 200 with a body is told as failed (`not-found`,
 * `bad-answer`, `redirected`, `too-large`, `timeout`, `unreachable`, `malformed`) and asked for again, at first within a
 * second (the Agent may still be starting), then backing off to `pollMs`. Redirects are not followed: only the Agent
 * itself is trusted. Throws `invalid-option`.
 */
export function agentSource(options: AgentSourceOptions): FlagSource {
  const { clock = realClock, random = systemRandom } = options
  const parts = (['application', 'environment', 'profile'] as const).map(part =>
    encodeURIComponent(textOption(`agentSource ${part}`, options[part])),
  )
  const [application, environment, profile] = parts
  const base = String(options.url ?? 'http://localhost:2772')
  if (!/^https?:/i.test(base) || !URL.canParse(base)) throw invalid('agentSource url', 'an http or https URL', base)
  const url = new URL(
    `${base.replace(/\/+$/, '')}/applications/${application}/environments/${environment}/configurations/${profile}`,
  )
  const pollMs = numberOption('agentSource pollMs', options.pollMs ?? 15_000, 1)
  const timeoutMs = numberOption('agentSource timeoutMs', options.timeoutMs ?? 5000, 1)
  const maxBytes = wholeOption('agentSource maxBytes', options.maxBytes ?? 4 * 1024 * 1024, 1)
  const send = options.fetch
  const name = `agent:${options.application}/${options.environment}/${options.profile}`

  const ask = async (signal: AbortSignal) => {
    const response = await (send ?? fetch)(url, { redirect: 'manual', signal })
    if (response.status !== 200) {
      await response.body?.cancel().catch(() => {})
      throw refusal(name, response.status)
    }
    const bytes = await readBody(name, response, maxBytes)
    if (bytes.byteLength === 0) throw new AndonError('bad-answer', `${name}: the Agent answered 200 with no body`)
    return { text: readText(name, bytes), label: response.headers.get('configuration-version') ?? undefined }
  }

  return {
    name,
    start(given) {
      const versions = contentVersions()
      const stopping = new AbortController()
      const sink = guardedSink(given, stopping.signal)
      let failures = 0
      const poller = createPoller({
        everyMs: pollMs,
        minMs: Math.min(pollMs, 50),
        clock,
        random,
        async look({ signal }) {
          try {
            const { text, label } = await deadline(clock, timeoutMs, name, ask, signal, { keepAlive: false })
            failures = 0
            const { version, same } = versions.next(text, label)
            if (same) sink.unchanged()
            else sink.document({ content: text, version })
            return pollMs
          } catch (error) {
            sink.failed(asFailure(name, error))
            return backoffMs(failures++, { baseMs: Math.min(1000, pollMs), capMs: pollMs, random })
          }
        },
      })
      return {
        refresh: () => poller.refresh(),
        async close() {
          stopping.abort()
          await poller.close()
        },
      }
    },
  }
}

function refusal(name: string, status: number): AndonError {
  const answered = `${name}: the Agent answered ${status}`
  if (status >= 300 && status < 400) return new AndonError('redirected', `${answered}, and redirects are not followed`)
  if (status === 404) return new AndonError('not-found', `${answered}: it knows no such configuration`)
  return new AndonError('bad-answer', `${answered}, expected 200`)
}

/** The whole body, given up as soon as it is longer than allowed, whatever its headers say. */
async function readBody(name: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes)
      throw new AndonError('too-large', `${name}: the body is longer than maxBytes, which is ${maxBytes}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function asFailure(name: string, error: unknown): AndonError {
  if (isAndonError(error)) return error
  // A failed fetch says "fetch failed"; what really happened is its cause.
  const why = messageOf((error as Error | undefined)?.cause ?? error)
  return new AndonError('unreachable', `${name}: ${why}`, { cause: error })
}
