import { invalid, messageOf } from '../../core/options.ts'
import type { JournalEvent } from './journal.ts'

/** An event as every store keeps it. Throws `invalid-option` for what could not be read back. */
export function serializeEvent(event: JournalEvent): string {
  let text: string | undefined
  try {
    text = JSON.stringify(event)
  } catch (error) {
    throw invalid('event', `plain JSON (${messageOf(error)})`, event)
  }
  // What counts is what will be read: `toJSON` may have made something else of it.
  const kept: unknown = text === undefined ? undefined : JSON.parse(text)
  if (typeof (kept as JournalEvent | null | undefined)?.type !== 'string')
    throw invalid('event', 'an object with a type', event)
  return text!
}
