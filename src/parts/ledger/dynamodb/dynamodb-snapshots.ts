import { assembly, piecesOf } from '../assemble.ts'
import type { LedgerSnapshot } from '../ledger.ts'
import type { readSnapshot } from '../read-requests.ts'
import { corruptError } from '../refusals.ts'
import { isRefused } from './dynamodb-errors.ts'
import { PIECE, partitionOf, pieceKey, pieceStart, snapshotKey } from './layout.ts'
import type { TableCalls } from './table-calls.ts'

/** Pieces that are on their way at once. */
const AT_ONCE = 8

/** How often a snapshot that is replaced while it is read is begun anew. */
const TRIES = 5

/** Writes the pieces, and then, unless a newer one counts, the item that makes them count. */
export async function saveSnapshot(
  table: TableCalls,
  { stream, name, sequence, at, bytes }: ReturnType<typeof readSnapshot>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pk = partitionOf(stream)
  const writing = crypto.randomUUID()
  const pieces = piecesOf(bytes, PIECE).entries()
  let failed = false
  const carry = async () => {
    for (const [i, piece] of pieces) {
      // One that failed ends the others: without it the rest is of no use.
      if (failed) return
      try {
        await table.put({ pk, sk: pieceKey(name, sequence, writing, i) }, { bytes: { B: piece } }, {}, signal)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, carry))
  const item = {
    sequence: { N: String(sequence) },
    at: { N: String(at) },
    size: { N: String(bytes.length) },
    writing: { S: writing },
  }
  const terms = {
    condition: 'attribute_not_exists(pk) OR #sequence <= :sequence',
    names: { '#sequence': 'sequence' },
    values: { ':sequence': item.sequence },
  }
  try {
    await table.put({ pk, sk: snapshotKey(name) }, item, terms, signal)
  } catch (error) {
    if (!isRefused(error)) throw error
    const from = pieceStart(name, sequence, writing)
    return table.clear(pk, from, `${from}~`, signal)
  }
  await table.clear(pk, pieceStart(name, 0), pieceStart(name, sequence), signal)
}

/** Reads it piece by piece; anew when somebody replaced it meanwhile. */
export async function readSnapshotOf(
  table: TableCalls,
  stream: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<LedgerSnapshot | undefined> {
  const pk = partitionOf(stream)
  const head = async () => {
    const item = await table.get({ pk, sk: snapshotKey(name) }, signal)
    if (!item) return undefined
    const { sequence, at, size, writing } = item
    return { sequence: Number(sequence?.N), at: Number(at?.N), size: Number(size?.N), writing: writing?.S ?? '' }
  }
  for (let left = TRIES; ; left--) {
    const found = await head()
    if (!found) return undefined
    const { sequence, at, size, writing } = found
    const from = pieceStart(name, sequence, writing)
    const to = assembly(stream, `snapshot ${name}`, size)
    try {
      for await (const { bytes } of table.range(pk, from, `${from}~`, signal)) to.add(bytes?.B ?? new Uint8Array())
      return { sequence, at, bytes: to.done() }
    } catch (error) {
      if ((await head())?.writing === writing) throw error
      if (left === 0) throw corruptError(stream, `snapshot ${name} is replaced faster than it can be read`, error)
    }
  }
}
