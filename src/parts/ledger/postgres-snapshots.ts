import type { PostgresStore } from '../postgres/index.ts'
import { assembly, piecesOf } from './assemble.ts'
import type { LedgerSnapshot } from './ledger.ts'
import { SQL } from './postgres-sql.ts'
import type { readSnapshot } from './read-requests.ts'
import { corruptError } from './refusals.ts'

/** Bytes of a snapshot in one row and one statement. */
const PIECE = 4 * 2 ** 20

/** How often a snapshot that is replaced while it is read is begun anew. */
const TRIES = 5

interface Found {
  readonly sequence: number
  readonly at: number
  readonly size: number
  readonly writing: string
}

/**
 * Writes the pieces under a name that nobody else writes under, and then one row that makes them count: nobody ever sees
 * half a snapshot, and no transaction is held.
 */
export async function saveSnapshot(
  { query }: PostgresStore,
  { stream, name, sequence, at, bytes }: ReturnType<typeof readSnapshot>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const writing = crypto.randomUUID()
  const say = (text: string, values: unknown[]) => query(signal, { text }, [stream, name, ...values])
  for (const [i, piece] of piecesOf(bytes, PIECE).entries())
    await say(SQL.snapshotPart, [sequence, writing, i, Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)])
  await say(SQL.snapshotKeep, [sequence, at, bytes.length, writing])
  await say(SQL.snapshotUndo, [writing])
  await say(SQL.snapshotTidy, [])
}

/** Reads piece by piece; anew when somebody replaced it meanwhile. */
export async function readSnapshotOf(
  { query }: PostgresStore,
  stream: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<LedgerSnapshot | undefined> {
  for (let left = TRIES; ; left--) {
    const [found] = await query<Found>(signal, { text: SQL.snapshotHead }, [stream, name])
    if (!found) return undefined
    const { sequence, at, size, writing } = found
    const to = assembly(stream, `snapshot ${name}`, size)
    const values = [stream, name, sequence, writing]
    const count = Math.ceil(size / PIECE)
    let part = 0
    for (; part < count; part++) {
      const [row] = await query<{ bytes: Uint8Array }>(signal, { text: SQL.snapshotRead }, [...values, part])
      if (!row) break
      to.add(row.bytes)
    }
    if (part === count) return { sequence, at, bytes: to.done() }
    const [now] = await query<Found>(signal, { text: SQL.snapshotHead }, [stream, name])
    if (now?.writing === writing || left === 0) throw corruptError(stream, `snapshot ${name}: part ${part} is missing`)
  }
}
