import { sleep } from '../../core/abort.ts'
import { backoffMs } from '../../core/backoff.ts'
import type { Clock } from '../../core/clock.ts'
import { numberOption } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import type { ReserveAnswer } from '../coordinator/coordinator.ts'
import { type callServer, failed } from './call-server.ts'
import { readReserveAnswer } from './read-answers.ts'
import type { ClientReserveRequest, Denial } from './reservation-client.ts'

export interface ReserveTerms {
  readonly server: Pick<ReturnType<typeof callServer>, 'once'>
  readonly timeoutMs: number
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Called before each try. */
  readonly onSend: () => void
}

export interface Reserved {
  readonly answer: ReserveAnswer
  /** When the request was first sent: no lease of its can have begun earlier. */
  readonly askedAt: number
}

/** One request stands in line no longer than this, in milliseconds: less than what proxies bear without an answer. */
const POLL_MS = 20_000
/** Two polls begin at least so far apart, in milliseconds: a server that lets nobody wait must not be stormed. */
const PACE_MS = 500
/** How long the server keeps the place between two polls, in milliseconds. */
const KEEP_MS = 15_000

/**
 * Asks for a host until the answer is yes, or no after `waitMs`. Each request carries the same key: it keeps its place in
 * line, and what an answer that was lost has granted is found again.
 */
export async function reserveByKey(
  request: ClientReserveRequest & { readonly key: string },
  { server, timeoutMs, clock, random, signal, onSend }: ReserveTerms,
): Promise<Reserved> {
  const askedAt = clock.monotonic()
  const waitUntil = askedAt + numberOption('waitMs', request.waitMs ?? 0, 0)
  const terms = { signal, alsoGood: [409], read: (body: unknown) => readReserveAnswer(body, request) }
  let doubt = false
  let failures = 0
  for (;;) {
    const sentAt = clock.monotonic()
    const lineMs = Math.ceil(Math.max(0, Math.min(POLL_MS, waitUntil - sentAt)))
    // What is done at the server's end takes its time too; and a question that is swallowed must leave some for another.
    const tryMs = lineMs + Math.max(1, Math.min(timeoutMs / 2, waitUntil + timeoutMs - sentAt))
    // Only for those who come back: a place that nobody claims keeps others waiting.
    const keepPlaceMs = sentAt + lineMs < waitUntil ? KEEP_MS : 0
    onSend()
    const question = {
      method: 'POST',
      path: '/v1/reservations',
      body: { ...request, waitMs: lineMs, keepPlaceMs },
    } as const
    const outcome = await server.once(question, terms, tryMs)
    const now = clock.monotonic()
    if ('value' in outcome) {
      const answer = outcome.value
      if (answer.granted || now >= waitUntil || isFinal(answer)) return { answer, askedAt }
      failures = 0
      await sleep(clock, Math.max(0, Math.min(sentAt + PACE_MS, waitUntil) - now), signal)
      continue
    }
    doubt ||= outcome.doubt
    if (!outcome.again) throw outcome.error
    const waitMs = Math.max(outcome.notBeforeMs, backoffMs(failures++, { baseMs: 100, capMs: 2000, random }))
    if (now + waitMs >= waitUntil + timeoutMs) throw failed(outcome.error, doubt)
    await sleep(clock, waitMs, signal)
  }
}

/** Whether standing in line cannot help. */
const isFinal = ({ reasons }: Denial) => reasons.some(({ code }) => code === 'unknown-host')
