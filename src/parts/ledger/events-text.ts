import { invalid, messageOf } from '../../core/options.ts'
import type { LedgerEntry, LedgerEvent } from './ledger.ts'
import { corruptError } from './refusals.ts'

/** Characters of JSON in one entry: far more than a commit should carry, and less than any store chokes on. */
const MOST = 2 ** 24

/** Events as the stores on disk keep them. Throws `invalid-option` for what is no JSON. */
export function textOfEvents(events: readonly LedgerEvent[]): string {
  let text: string
  try {
    text = JSON.stringify(events)
  } catch (error) {
    throw invalid('events', `plain JSON (${messageOf(error)})`, events)
  }
  if (text.length > MOST)
    throw invalid('events', `at most ${MOST} characters of JSON in one entry`, `${text.length} characters`)
  return text
}

/** The entry that a text was made of. Throws `ledger-corrupt`. */
export function entryOfText(stream: string, sequence: number, at: number, text: string): LedgerEntry {
  try {
    const events = JSON.parse(text) as LedgerEvent[]
    if (!Array.isArray(events) || events.length === 0) throw new Error('it is no list of events')
    if (events.some(e => typeof e?.type !== 'string')) throw new Error('an event has no type')
    if (!Number.isSafeInteger(at)) throw new Error('it has no time')
    return { sequence, at, events }
  } catch (cause) {
    throw corruptError(stream, `entry ${sequence} cannot be read: ${messageOf(cause)}`, cause)
  }
}
