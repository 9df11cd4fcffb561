import { eventLine, type ShadowEvent } from '../shadow-event.ts'
import type { SkipReason } from '../skip-reason.ts'

/** Something that takes lines: a file's stream, standard output. */
export interface LineSink {
  write(line: string): unknown
  readonly writableNeedDrain?: boolean
}

/** Skips of one reason. */
interface Skips {
  /** When the last line was written, in epoch milliseconds. */
  since: number
  /** How many have come since, and when the last of them did. */
  held: number
  at: number
}

/** Skips of one reason come in as many lines, at most, as there are of these milliseconds. */
const SKIPS_MS = 1000

/**
 * Events as NDJSON, for `onEvent`. What differs is written whole, what is the same only as often as `everyEqual` says.
 * Skips are written once a second for each reason, with how many they were as `count` beside the fields of the event; what
 * is left of them comes with the first event after that second, or with `flush`, which is for the end. When the sink has had
 * enough, events are dropped and counted (skips only wait): a log must not hold a service up. It keeps no timers, and one
 * count for each reason.
 */
export function eventLog(
  sink: LineSink,
  options: { readonly everyEqual?: number } = {},
): { readonly write: (event: ShadowEvent) => void; readonly dropped: () => number; readonly flush: () => void } {
  const { everyEqual = 0 } = options
  let dropped = 0
  let equals = 0
  const skips = new Map<SkipReason, Skips>()
  const isFull = () => sink.writableNeedDrain === true

  const tellSkips = (isDue: (kept: Skips) => boolean) => {
    for (const [reason, kept] of skips) {
      if (kept.held === 0 || !isDue(kept)) continue
      const { at, held: count } = kept
      sink.write(`${JSON.stringify({ type: 'skipped', at, reason, count })}\n`)
      kept.held = 0
    }
  }
  return {
    write(event) {
      if (event.type === 'skipped') {
        const { at, reason } = event
        const kept = skips.get(reason) ?? { since: Number.NEGATIVE_INFINITY, held: 0, at }
        skips.set(reason, kept)
        kept.held++
        kept.at = at
      }
      tellSkips(kept => {
        const apart = event.at - kept.since
        // A clock that was put back makes nothing wait longer.
        const isDue = !isFull() && (apart < 0 || apart >= SKIPS_MS)
        if (isDue) kept.since = event.at
        return isDue
      })
      if (event.type === 'skipped') return
      // What could not be compared is written as well: somebody may want to know why.
      if (event.type === 'compared' && event.comparison.equal) {
        equals++
        if (everyEqual === 0 || equals % everyEqual !== 0) return
      }
      if (isFull()) dropped++
      else sink.write(`${eventLine(event)}\n`)
    },
    dropped: () => dropped,
    flush: () => tellSkips(() => true),
  }
}
