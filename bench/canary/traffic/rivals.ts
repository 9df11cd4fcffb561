import { quantile } from '../../../src/parts/stats/index.ts'
import { WEEK } from './site.ts'

/** Says whether a count in a minute of the quarter is an alarm. */
export type Rival = (minute: number, count: number) => boolean

/** Below what one minute in a thousand of the history was below. */
export function fixedThreshold(history: Float64Array): Rival {
  const least = quantile(history, 0.001)
  return (_, count) => count < least
}

/** More than three standard deviations below the mean of the same minute of past weeks. */
export function threeSigmaBand(history: Float64Array): Rival {
  const weeks = history.length / WEEK
  const least = Float64Array.from({ length: WEEK }, (_, m) => {
    let sum = 0
    let squares = 0
    for (let w = 0; w < weeks; w++) {
      const n = history[w * WEEK + m]!
      sum += n
      squares += n * n
    }
    const mean = sum / weeks
    return mean - 3 * Math.sqrt(Math.max(0, (squares - weeks * mean * mean) / (weeks - 1)))
  })
  return (minute, count) => count < least[minute % WEEK]!
}
