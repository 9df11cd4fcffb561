import { drawCounts } from '../../../bench/canary/traffic/requests.ts'
import { drawSite, HISTORY_WEEKS, START, WEEK } from '../../../bench/canary/traffic/site.ts'
import { type TrafficDetectorOptions, trafficBaseline, trafficDetector } from '../../../src/canary/traffic/index.ts'

export const MINUTE = 60_000
/** The first live minute of a simulated site. */
export const LIVE = START + HISTORY_WEEKS * WEEK * MINUTE

/** A simulated site with its history and what comes after; seed 3 belongs to these tests. */
export function world(index: number) {
  const site = drawSite(3, index)
  const counts = drawCounts(site)
  const history = { from: START, counts: counts.subarray(0, HISTORY_WEEKS * WEEK) }
  return { site, counts, history, live: counts.subarray(HISTORY_WEEKS * WEEK) }
}

/** Weeks of a plain season: 100 a minute at night, 300 at day, without any noise but rounding. */
export const plainCounts = (weeks: number, scale = 1): number[] =>
  Array.from({ length: weeks * WEEK }, (_, m) => Math.round(scale * (200 - 100 * Math.cos((2 * Math.PI * m) / 1440))))

export const plainBaseline = trafficBaseline({ from: START, counts: plainCounts(4) })

/** A detector of the plain season, and the start of the first minute after its history. */
export function plain(options: Partial<TrafficDetectorOptions> = {}) {
  const detector = trafficDetector({ baseline: plainBaseline, ...options })
  const from = plainBaseline.until
  const usual = (minute: number) => Math.round(200 - 100 * Math.cos((2 * Math.PI * minute) / 1440))
  /** Observes minutes of the usual times `share`. */
  const run = (first: number, minutes: number, share = 1) => {
    let reading = detector.reading(from)
    for (let m = first; m < first + minutes; m++) {
      reading = detector.observe({ at: from + m * MINUTE, count: Math.round(usual(m) * share) })
    }
    return reading
  }
  return { detector, from, run, usual }
}
