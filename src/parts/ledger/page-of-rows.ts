import { entryOfText } from './events-text.ts'
import type { LedgerPage } from './ledger.ts'
import { corruptError, trimmedError } from './refusals.ts'

/** One entry as a store on disk keeps it. */
export interface EntryRow {
  readonly sequence: number
  readonly at: number
  /** JSON. Empty where only the slot is kept, because the entry was trimmed. */
  readonly events: string
}

/**
 * A page of the rows behind `after`, which one question gave together with `head` and `now`. Since trimming takes from the
 * beginning only, rows that are missing at the beginning were trimmed; anywhere else they were lost.
 */
export function pageOfRows(
  stream: string,
  after: number,
  limit: number,
  rows: readonly EntryRow[],
  { head, now }: Omit<LedgerPage, 'entries'>,
): LedgerPage {
  const [first] = rows
  if (head > after) {
    if (!first) throw corruptError(stream, `entries after ${after} are missing, and the newest is ${head}`)
    if (first.events === '' || first.sequence !== after + 1)
      throw trimmedError(stream, after, (rows.find(r => r.events !== '') ?? first).sequence)
  }
  const entries = rows.map(({ sequence, at, events }, i) => {
    if (sequence !== after + 1 + i) throw corruptError(stream, `entry ${after + 1 + i} is missing`)
    return entryOfText(stream, sequence, at, events)
  })
  if (entries.length < limit && head > after + entries.length)
    throw corruptError(stream, `entry ${after + 1 + entries.length} is missing`)
  return { entries, head, now }
}
