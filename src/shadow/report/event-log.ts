import { eventLine, type ShadowEvent } from '../shadow-event.ts'

/** Something that takes lines: a file's stream, standard output. */
export interface LineSink {
  write(line: string): unknown
  readonly writableNeedDrain?: boolean
}

/**
 * Events as NDJSON, for `onEvent`. What differs is written whole, what is the same only as often as `everyEqual` says;
 * when the sink has had enough, events are dropped and counted: a log must not hold a service up.
 */
export function eventLog(
  sink: LineSink,
  options: { readonly everyEqual?: number } = {},
): { readonly write: (event: ShadowEvent) => void; readonly dropped: () => number } {
  const { everyEqual = 0 } = options
  let dropped = 0
  let equals = 0
  return {
    write(event) {
      // What could not be compared is written as well: somebody may want to know why.
      if (event.type === 'compared' && event.comparison.equal) {
        equals++
        if (everyEqual === 0 || equals % everyEqual !== 0) return
      }
      if (sink.writableNeedDrain === true) dropped++
      else sink.write(`${eventLine(event)}\n`)
    },
    dropped: () => dropped,
  }
}
