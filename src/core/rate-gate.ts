import type { Clock } from './clock.ts'
import type { Gate } from './gate.ts'
import type { MetricSource } from './metrics.ts'
import { describe, numberOption, portOption, textOption, wholeOption } from './options.ts'
import { realClock } from './real-clock.ts'
import { verdict } from './verdict.ts'

export interface RateGateOptions {
  /** The gate's name. */
  readonly name: string
  readonly source: MetricSource
  /** The metric whose share is judged (its points are counted), for instance `errors`. */
  readonly bad: string
  /** The metric that it is a share of, for instance `requests`. */
  readonly of: string
  /** The largest share that is still safe, 0–1. */
  readonly maxRate: number
  /** With fewer than this many of `of` there is no evidence, and the verdict is `wait`. Default 1. */
  readonly minCount?: number
  /** Look at most this far back, in milliseconds, however early the context's `since` is. Default 5 minutes. */
  readonly windowMs?: number
  readonly clock?: Clock
}

/**
 * An alarm as a gate: at the place that is asked about, the share of `bad` in `of` since the context's `since`. Above
 * `maxRate` it is `stop` (code `rate`); with fewer than `minCount` it is `wait` (code `few-data`). Rejects when the source
 * fails or does not answer in numbers, which whoever asks reads as `wait`. Judges what the source knows: one that was
 * started later than `since` is judged by what it has seen from then on.
 */
export function rateGate(options: RateGateOptions): Gate {
  const { source, clock = realClock } = options
  const name = textOption('rateGate name', options.name)
  portOption('rateGate source', source, ['window'])
  const bad = textOption('rateGate bad', options.bad)
  const of = textOption('rateGate of', options.of)
  const maxRate = numberOption('rateGate maxRate', options.maxRate, 0, 1)
  const minCount = wholeOption('rateGate minCount', options.minCount ?? 1, 1)
  const windowMs = numberOption('rateGate windowMs', options.windowMs ?? 300_000, 1)
  return {
    name,
    async check({ place, version, since, signal }) {
      const at = clock.now()
      const subject = place === undefined ? { version } : { place, version }
      const basis = { source: name, at, subject }
      if (place === undefined)
        return verdict('wait', basis, 'no-place', `${name} judges places, and was asked about none`)
      const from = Math.max(since, at - windowMs)
      const count = async (metric: string): Promise<number> => {
        const answer: unknown = (await source.window({ metric, place, from, signal }))?.count
        if (typeof answer === 'number' && Number.isFinite(answer) && answer >= 0) return answer
        throw new TypeError(`${metric}: expected a count from the metric source, got ${describe(answer)}`)
      }
      const [total, failed] = await Promise.all([count(of), count(bad)])
      const evidence = { place, from, [of]: total, [bad]: failed }
      if (total < minCount) {
        return verdict('wait', { ...basis, evidence }, 'few-data', `${total} ${of} at ${place}, ${minCount} needed`)
      }
      const rate = failed / total
      const text = `${failed} ${bad} in ${total} ${of} at ${place} (${(rate * 100).toFixed(2)} %, limit ${(maxRate * 100).toFixed(2)} %)`
      return verdict(rate > maxRate ? 'stop' : 'go', { ...basis, evidence }, 'rate', text)
    },
  }
}
