import { assembly, piecesOf } from '../assemble.ts'
import { corruptError } from '../refusals.ts'
import { chunkEnd, chunkKey, chunkStart, type EntryItem, PIECE, partitionOf } from './layout.ts'
import type { TableCalls } from './table-calls.ts'

/** Where an entry's events went: into its own item, or into so many chunks, with their size in bytes. */
export type Stored = Pick<EntryItem, 'events' | 'chunks' | 'size'>

/** Writes the chunks of events that are too large for the item of their entry. Nothing refers to them yet. */
export async function storeEvents(
  table: TableCalls,
  stream: string,
  sequence: number,
  writing: string,
  events: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Stored> {
  if (events.length <= PIECE) return { events, chunks: 0, size: events.length }
  const pieces = piecesOf(events, PIECE)
  const pk = partitionOf(stream)
  for (const [i, piece] of pieces.entries())
    await table.put({ pk, sk: chunkKey(sequence, writing, i) }, { bytes: { B: piece } }, {}, signal)
  return { chunks: pieces.length, size: events.length }
}

/** The JSON of an entry, put together again. */
export async function loadEvents(
  table: TableCalls,
  stream: string,
  { sequence, writing, events, chunks, size }: EntryItem,
  signal: AbortSignal | undefined,
): Promise<string> {
  const text = new TextDecoder()
  if (chunks === 0) return text.decode(events)
  const range = table.range(partitionOf(stream), chunkStart(sequence, writing), chunkEnd(sequence, writing), signal)
  const to = assembly(stream, `entry ${sequence}`, size)
  for await (const { bytes } of range) {
    if (!bytes?.B) throw corruptError(stream, `entry ${sequence} cannot be read`)
    to.add(bytes.B)
  }
  return text.decode(to.done())
}
