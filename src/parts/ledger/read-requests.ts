import { invalid, numberOption, wholeOption } from '../../core/options.ts'
import type { LedgerAppend, LedgerEvent } from './ledger.ts'

const LIMIT = 10_000
const SNAPSHOT_BYTES = 200 * 2 ** 20
const CONTROL = /\p{Cc}/u

/** Checks an append's fields, and gives back the entry as it is: nothing is copied on the hot path. */
export function readAppend(entry: LedgerAppend): LedgerAppend {
  const { stream, after, events, notBefore, before } = entry
  streamOption(stream)
  wholeOption('after', after, 0)
  if (!Array.isArray(events) || events.length === 0) throw invalid('events', 'a list of one or more', events)
  for (const event of events as readonly LedgerEvent[]) {
    // What counts is what JSON keeps of it: an entry without types could never be read again.
    if (!keepsType(event)) throw invalid('events', 'plain objects, each with a type of its own', event)
  }
  if (notBefore !== undefined) numberOption('notBefore', notBefore, -Number.MAX_VALUE)
  if (before !== undefined) numberOption('before', before, -Number.MAX_VALUE)
  return entry
}

function keepsType(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false
  const { type, toJSON } = event as { type?: unknown; toJSON?: unknown }
  return (
    typeof type === 'string' &&
    typeof toJSON !== 'function' &&
    Object.prototype.propertyIsEnumerable.call(event, 'type')
  )
}

/** Every store takes the same names, so that a log can move from one to another. */
export function streamOption(stream: unknown): string {
  const fits =
    typeof stream === 'string' &&
    stream.trim() !== '' &&
    stream.length <= 200 &&
    stream.isWellFormed() &&
    !CONTROL.test(stream)
  if (!fits) throw invalid('stream', 'a name of 1 to 200 characters without control characters', stream)
  return stream
}

export const afterOption = (after: unknown) => wholeOption('after', after, 0)

export const limitOption = (limit: unknown = LIMIT) => wholeOption('limit', limit, 1)

export const upToOption = (upTo: unknown) => wholeOption('upTo', upTo, 0)

export function snapshotNameOption(name: unknown): string {
  if (typeof name !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(name))
    throw invalid('snapshot name', '1 to 64 of A–Z, a–z, 0–9, ".", "_" and "-"', name)
  return name
}

/** What is saved, checked field by field. */
export function readSnapshot(stream: unknown, name: unknown, sequence: unknown, at: unknown, bytes: unknown) {
  if (!(bytes instanceof Uint8Array)) throw invalid('snapshot bytes', 'a Uint8Array', bytes)
  if (bytes.length > SNAPSHOT_BYTES)
    throw invalid('snapshot bytes', `at most ${SNAPSHOT_BYTES} bytes`, `${bytes.length} bytes`)
  return {
    stream: streamOption(stream),
    name: snapshotNameOption(name),
    sequence: wholeOption('snapshot sequence', sequence, 0),
    at: wholeOption('snapshot at', at, 0),
    bytes,
  }
}
