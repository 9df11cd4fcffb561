import { onTestFinished } from 'vitest'
import { type Canaries, type CanaryOptions, startCanaries } from '../../src/canary/index.ts'
import { type Check, type MetricPoint, type VirtualClock, virtualClock } from '../../src/core/index.ts'

export const START = 1_700_000_000_000

export interface Started {
  readonly canaries: Canaries
  readonly clock: VirtualClock
  /** Everything that was published. */
  readonly points: MetricPoint[]
  /** The values published under a metric's name, in order. */
  values(metric: string): number[]
}

/** Canaries under a virtual clock, every 100 ms from the very first moment, not tried again, unless the options say so. */
export function started(checks: Iterable<Check>, options: CanaryOptions = {}): Started {
  const clock = virtualClock(START)
  const points: MetricPoint[] = []
  const sink = { record: (point: MetricPoint) => void points.push(point) }
  const canaries = startCanaries(checks, { clock, sink, random: () => 0, everyMs: 100, retest: false, ...options })
  onTestFinished(() => canaries.close())
  const values = (metric: string) => points.filter(p => p.metric === metric).map(p => p.value)
  return { canaries, clock, points, values }
}

/** A check whose runs end when, and as, the test says. */
export function controlled(name = 'check') {
  const runs: (PromiseWithResolvers<{ ok: boolean; durationMs: number }> & { signal: AbortSignal })[] = []
  const check: Check = {
    name,
    run({ signal }) {
      const run = { ...Promise.withResolvers<{ ok: boolean; durationMs: number }>(), signal }
      runs.push(run)
      return run.promise
    },
  }
  return { check, runs }
}

/** A check that works, or fails with what it is given to say. */
export const fixed = (name: string, error?: string, place?: string): Check => ({
  name,
  ...(place === undefined ? {} : { place }),
  run: async () => (error === undefined ? { ok: true, durationMs: 7 } : { ok: false, durationMs: 7, error }),
})
