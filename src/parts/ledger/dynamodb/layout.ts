import type { Head } from '../judge.ts'
import { corruptError } from '../refusals.ts'
import type { Item, Key } from './table-calls.ts'

/** The largest value that is put into one item, in bytes: an item may have 400 KB with its keys and names. */
export const PIECE = 350_000

/** 16 digits hold every safe integer, and sort as numbers do. */
const digits = (n: number) => String(n).padStart(16, '0')

/**
 * Where things stand in the table. A stream is one partition:
 * `head` is the newest entry and how far the stream was trimmed; `e#…` are the entries before it; `c#…` pieces of entries
 * that are too large for one item; `s#…` which snapshot of a name counts; `p#…` the pieces of snapshots.
 * The partition `streams` has the name of every stream.
 */
export const REGISTRY = 'streams'
export const partitionOf = (stream: string) => `s/${stream}`
export const HEAD = 'head'
export const entryKey = (sequence: number) => `e#${digits(sequence)}`
/** From here to `chunkEnd` of the same arguments. With sequence 0, and no writing: all of them. */
export const chunkStart = (sequence: number, writing = '') => `c#${digits(sequence)}#${writing}`
export const chunkEnd = (sequence: number, writing = '') => `${chunkStart(sequence, writing)}~`
export const chunkKey = (sequence: number, writing: string, part: number) =>
  `${chunkStart(sequence, writing)}#${digits(part)}`
export const snapshotKey = (name: string) => `s#${name}`
/** From the pieces of the oldest snapshot of that name to those before `sequence`. */
export const pieceStart = (name: string, sequence: number, writing = '') => `p#${name}#${digits(sequence)}#${writing}`
export const pieceKey = (name: string, sequence: number, writing: string, part: number) =>
  `${pieceStart(name, sequence, writing)}#${digits(part)}`

/** One entry, at the head or in the archive. */
export interface EntryItem extends Head {
  /** Who wrote it: tells a writer its own entry from another's. */
  readonly writing: string
  /** JSON in UTF-8; without it, it stands in so many chunks. */
  readonly events?: Uint8Array
  readonly chunks: number
  /** Of the events, in bytes. */
  readonly size: number
}

/** The newest entry. */
export interface HeadItem extends EntryItem {
  /** Entries up to and with this one are forgotten. */
  readonly trimmed: number
}

export function attributesOf({ sequence, at, writing, events, chunks, size }: EntryItem): Item {
  return {
    sequence: { N: String(sequence) },
    at: { N: String(at) },
    writing: { S: writing },
    chunks: { N: String(chunks) },
    size: { N: String(size) },
    ...(events && { events: { B: events } }),
  }
}

export function entryOfItem(stream: string, item: Item): HeadItem {
  const { sequence, at, writing, chunks, size, events, trimmed } = item
  const read = {
    sequence: Number(sequence?.N),
    at: Number(at?.N),
    writing: writing?.S ?? '',
    chunks: Number(chunks?.N),
    size: Number(size?.N),
    trimmed: Number(trimmed?.N ?? 0),
    ...(events?.B && { events: events.B }),
  }
  const fits =
    [read.sequence, read.at, read.chunks, read.size].every(Number.isSafeInteger) && (events?.B || read.chunks > 0)
  if (!fits) throw corruptError(stream, `the item ${item.sk?.S} cannot be read`)
  return read
}

export const headKey = (stream: string): Key => ({ pk: partitionOf(stream), sk: HEAD })
