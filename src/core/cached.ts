import type { Clock } from './clock.ts'
import type { Gate, GateContext } from './gate.ts'
import { numberOption, portOption, wholeOption } from './options.ts'
import { realClock } from './real-clock.ts'
import type { Verdict } from './verdict.ts'

/** Options of `cached`. */
export interface CachedOptions {
  /** How long an answer serves, in milliseconds; never longer than its own `validUntil`. */
  readonly forMs: number
  /** How many questions are kept; the one asked longest ago goes. Default 1,000. */
  readonly capacity?: number
  readonly clock?: Clock
}

interface Flight {
  readonly answer: Promise<Verdict>
  readonly stopping: AbortController
  waiting: number
}

/**
 * A gate that is asked the same question once in `forMs`, however many ask: for gates that cost something. The same
 * question is the same run, place, versions, phase and `since`. Those who ask while one is asking share its answer, and
 * it is only aborted when nobody waits any more. What fails is not kept: the next one asks again. An answer is handed on
 * as it was given, with its own time.
 */
export function cached(gate: Gate, options: CachedOptions): Gate {
  portOption('cached gate', gate, ['check'])
  const forMs = numberOption('cached forMs', options.forMs, 0)
  const capacity = wholeOption('cached capacity', options.capacity ?? 1000, 1)
  const { clock = realClock } = options
  const answers = new Map<string, { readonly verdict: Verdict; readonly until: number }>()
  const flights = new Map<string, Flight>()

  const keep = (key: string, verdict: Verdict) => {
    answers.delete(key)
    if (answers.size >= capacity) answers.delete(answers.keys().next().value!)
    answers.set(key, { verdict, until: clock.monotonic() + forMs })
  }
  const fly = (key: string, context: GateContext): Flight => {
    const stopping = new AbortController()
    const answer = (async () => gate.check({ ...context, signal: stopping.signal }))()
    const flight: Flight = { answer, stopping, waiting: 0 }
    flights.set(key, flight)
    const over = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    // First in line, so that whoever asks again after this answer finds it kept. Nobody may be left to hear a rejection.
    answer.then(verdict => {
      keep(key, verdict)
      over()
    }, over)
    return flight
  }
  return {
    name: gate.name,
    async check(context) {
      context.signal.throwIfAborted()
      const key = keyOf(context)
      const kept = answers.get(key)
      if (kept && clock.monotonic() < kept.until && !expired(kept.verdict, clock)) return kept.verdict
      const flight = flights.get(key) ?? fly(key, context)
      return waitFor(flight, context.signal, () => void flights.delete(key))
    },
  }
}

async function waitFor(flight: Flight, signal: AbortSignal, abandoned: () => void): Promise<Verdict> {
  flight.waiting++
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([flight.answer, left.promise])
  } finally {
    signal.removeEventListener('abort', leave)
    if (--flight.waiting === 0 && signal.aborted) {
      abandoned()
      flight.stopping.abort(signal.reason)
    }
  }
}

const keyOf = ({ run, place, version, previousVersion, phase, since }: GateContext): string =>
  JSON.stringify([run, place, version, previousVersion, phase, since])

/** Of something that is no verdict at all this does not know, and whoever asked reads it as `wait`. */
const expired = (verdict: Verdict, clock: Clock): boolean => {
  const until: unknown = verdict?.validUntil
  return typeof until === 'number' && clock.now() >= until
}
