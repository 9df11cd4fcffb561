import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { isAndonError } from '../../core/errors.ts'
import type { Gate } from '../../core/gate.ts'
import { invalid, messageOf, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { realClock } from '../../core/real-clock.ts'
import { type Verdict, verdict } from '../../core/verdict.ts'
import type { TrafficDetector, TrafficObservation } from './detector.ts'
import { trafficVerdict } from './verdict.ts'
import { MINUTE } from './week.ts'

/** Where minutes of traffic can be asked for. May fail; the gate reads that as `wait`. */
export interface TrafficSource {
  /** The whole minutes that begin from `from` (included) to `to` (excluded), in any order; what is not known is left out. */
  minutes(query: {
    readonly place: PlaceId
    readonly from: number
    readonly to: number
    readonly signal: AbortSignal
  }): Promise<readonly TrafficObservation[]>
}

export interface TrafficGateOptions {
  /** The gate's name. */
  readonly name: string
  readonly source: TrafficSource
  /** The detector of a place's traffic; undefined where there is none. */
  readonly detectorAt: (place: PlaceId) => TrafficDetector | undefined
  /** So many minutes must have been judged since the context's `since` before it is `go`. Default 5. */
  readonly minMinutes?: number
  /** How late the source knows a minute, in milliseconds. Default 30 seconds. */
  readonly lagMs?: number
  /** How far back a detector is fed at most, in milliseconds. Default 6 hours. */
  readonly catchUpMs?: number
  /** How long the source may take, in milliseconds. Default 10 seconds. */
  readonly timeoutMs?: number
  readonly clock?: Clock
}

/**
 * Customer traffic as a gate: asks for the minutes that the place's detector has not seen, and judges. A drop is `stop`,
 * also one that began before `since`; no place, no detector, too few minutes, an error, a late or a malformed answer of the
 * source are `wait`. Rejects only when the context's signal is aborted.
 */
export function trafficGate(options: TrafficGateOptions): Gate {
  const { detectorAt, clock = realClock } = options
  const name = textOption('trafficGate name', options.name)
  const source = portOption<TrafficSource>('trafficGate source', options.source, ['minutes'])
  if (typeof detectorAt !== 'function') throw invalid('trafficGate detectorAt', 'a function', detectorAt)
  const minMinutes = wholeOption('trafficGate minMinutes', options.minMinutes ?? 5, 0)
  const lagMs = numberOption('trafficGate lagMs', options.lagMs ?? 30_000, 0)
  const catchUpMs = numberOption('trafficGate catchUpMs', options.catchUpMs ?? 360 * MINUTE, MINUTE)
  const timeoutMs = numberOption('trafficGate timeoutMs', options.timeoutMs ?? 10_000, 1)
  return {
    name,
    async check({ place, version, since, signal }): Promise<Verdict> {
      const at = clock.now()
      const subject = place === undefined ? { version } : { place, version }
      const wait = (code: string, message: string) => verdict('wait', { source: name, at, subject }, code, message)
      if (place === undefined) return wait('no-place', `${name} judges places, and was asked about none`)
      try {
        const detector = detectorAt(place)
        if (!detector) return wait('no-baseline', `no traffic of past weeks is known at ${place}`)
        const to = Math.floor((at - lagMs) / MINUTE) * MINUTE
        const from = Math.max(detector.next ?? 0, to - Math.floor(catchUpMs / MINUTE) * MINUTE)
        if (from < to) {
          const ask = (inner: AbortSignal) => source.minutes({ place, from, to, signal: inner })
          const answer = await deadline(clock, timeoutMs, name, ask, signal)
          if (!Array.isArray(answer)) throw invalid('minutes', 'a list of { at, count }', answer)
          // What is not over yet, or was not asked for, is not for this turn: a wild answer must not move time.
          const asked = answer.filter(m => !(m?.at < from || m?.at >= to)).sort((a, b) => a.at - b.at)
          for (const minute of asked) detector.observe(minute)
        }
        const given = trafficVerdict(detector.reading(clock.now()), { source: name, subject })
        const judged = ((detector.next ?? since) - since) / MINUTE
        if (given.decision !== 'go' || judged >= minMinutes) return given
        const text = `${Math.max(0, Math.floor(judged))} minutes of traffic judged since then, ${minMinutes} needed`
        return { ...wait('few-minutes', text), evidence: given.evidence }
      } catch (error) {
        signal.throwIfAborted()
        return wait(isAndonError(error) ? error.code : 'error', `${name}: ${messageOf(error)}`)
      }
    },
  }
}
