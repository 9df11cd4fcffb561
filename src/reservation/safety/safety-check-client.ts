import { deadline, sleep } from '../../core/abort.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { invalid, messageOf, numberOption, wholeOption } from '../../core/options.ts'
import { systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { SafetyCheck, SafetyRequest } from '../../core/safety-check.ts'
import type { Verdict } from '../../core/verdict.ts'
import { readSafetyVerdict } from '../../parts/placement/index.ts'
import { isLoopbackName } from '../../parts/server/index.ts'
import { askOnce } from './ask-once.ts'
import type { SafetyCheckClientOptions } from './client-options.ts'
import { waitAnswer } from './wait-answer.ts'

/** Asks a service over HTTP. */
export interface SafetyCheckClient extends SafetyCheck {
  /** Ends its connections; questions under way, and new ones, come to `wait`. */
  close(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Between an attempt that was refused and the second one: so many milliseconds, and as many again by chance. */
const PAUSE_MS = 25

/**
 * Asks `safetyCheckHandler`, or what does the same. Whatever is wrong is a `wait` whose first reason's code tells what:
 * `unreachable`, `timeout`, `cut`, `malformed`, `too-large`, `http-503` and the like, `busy`, `closed`, `error`, and those
 * of `readSafetyVerdict` for an answer to another question. A connection that was refused or reset before anything was
 * answered is tried once more, within the same deadline; redirects are not followed. `isSafeToReserve` rejects only when
 * the caller's signal aborts. Throws `invalid-option`.
 */
export function safetyCheckClient(options: SafetyCheckClientOptions): SafetyCheckClient {
  const { sign, bearer, tls, clock = realClock, random = systemRandom } = options
  const url = urlOption(options)
  const timeoutMs = numberOption('safetyCheckClient timeoutMs', options.timeoutMs ?? 5000, 1)
  const maxInFlight = wholeOption('safetyCheckClient maxInFlight', options.maxInFlight ?? 32, 1)
  const answerLimit = wholeOption('safetyCheckClient answerLimit', options.answerLimit ?? 1_048_576, 1)
  if (sign !== undefined && typeof sign !== 'function')
    throw invalid('safetyCheckClient sign', 'a function', typeof sign)
  const extra = { ...options.headers }
  const { Agent } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const agent = new Agent({ keepAlive: true, maxFreeSockets: maxInFlight, ...tls })
  const closing = new AbortController()
  let inFlight = 0

  const attempt = async (body: Buffer, signal: AbortSignal) => {
    const token = typeof bearer === 'function' ? await bearer() : bearer
    const headers = {
      ...extra,
      'content-type': 'application/json',
      'content-length': body.byteLength,
      accept: 'application/json',
      'accept-encoding': 'identity',
      host: url.host,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...sign?.({ method: 'POST', url, body }),
    }
    return askOnce({ url, agent, headers, body, answerLimit, signal })
  }
  const attempts = async (body: Buffer, signal: AbortSignal) => {
    try {
      return await attempt(body, signal)
    } catch (error) {
      if (!isAndonError(error, 'refused')) throw error
    }
    await sleep(clock, PAUSE_MS * (1 + random()), signal)
    return attempt(body, signal)
  }
  const ask = async (request: SafetyRequest, signal: AbortSignal): Promise<Verdict> => {
    const startedAt = clock.monotonic()
    const ms = Math.min(timeoutMs, request.deadline - clock.now())
    if (!(ms > 0)) throw new AndonError('timeout', 'the deadline has passed')
    const body = Buffer.from(JSON.stringify(request))
    const text = await deadline(clock, ms, 'the service', cut => attempts(body, cut), signal)
    // A process that was frozen meanwhile may see the answer before its own timer: late is late.
    if (clock.monotonic() - startedAt > ms || clock.now() > request.deadline)
      throw new AndonError('timeout', `the service: no answer within ${ms} ms`)
    return readSafetyVerdict(parse(text), request, clock.now())
  }
  const close = () => {
    closing.abort(new AndonError('closed', 'the client is closed'))
    agent.destroy()
  }

  return {
    async isSafeToReserve(request, { signal }) {
      signal?.throwIfAborted()
      const wait = (code: string, message: string) =>
        waitAnswer(request, clock.now(), code, `${url.origin}: ${message}`)
      if (closing.signal.aborted) return wait('closed', 'the client is closed')
      if (inFlight >= maxInFlight) return wait('busy', `${inFlight} questions are under way, and no more may be`)
      inFlight++
      try {
        return await ask(request, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (!isAndonError(error)) return wait('error', messageOf(error))
        return wait(error.code === 'refused' ? 'unreachable' : error.code, error.message)
      } finally {
        inFlight--
      }
    },
    close,
    [Symbol.asyncDispose]: async () => close(),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the answer.
    throw new AndonError('malformed', 'the answer is not JSON')
  }
}

function urlOption({ url: given, plainHttp = false }: SafetyCheckClientOptions): URL {
  const url = URL.parse(String(given))
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw invalid('safetyCheckClient url', 'an http or https URL without credentials', url?.origin ?? typeof given)
  if (url.protocol === 'http:' && !plainHttp && !isLoopbackName(url.hostname))
    throw invalid('safetyCheckClient url', 'https (or plainHttp: true)', url.origin)
  if (url.pathname === '/') url.pathname = '/is-safe-to-reserve'
  return url
}
