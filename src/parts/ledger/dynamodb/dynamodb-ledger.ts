import type { Clock } from '../../../core/clock.ts'
import { isAndonError } from '../../../core/errors.ts'
import { numberOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import { entryOfText } from '../events-text.ts'
import { EMPTY, logTime } from '../judge.ts'
import type { Ledger, LedgerCall, LedgerEntry } from '../ledger.ts'
import {
  afterOption,
  limitOption,
  readAppend,
  readSnapshot,
  snapshotNameOption,
  streamOption,
  upToOption,
} from '../read-requests.ts'
import { closedError, corruptError, trimmedError } from '../refusals.ts'
import { appender, headOf, timeOf } from './dynamodb-append.ts'
import { isRefused } from './dynamodb-errors.ts'
import { readSnapshotOf, saveSnapshot } from './dynamodb-snapshots.ts'
import { loadEvents } from './large-events.ts'
import { chunkEnd, chunkStart, entryKey, entryOfItem, type HeadItem, headKey, partitionOf, REGISTRY } from './layout.ts'
import { type DynamoDbWhere, readWhere } from './load-dynamodb.ts'
import { type TableCalls, tableCalls } from './table-calls.ts'

export interface DynamoDbLedgerOptions extends DynamoDbWhere {
  /** No request takes longer, the SDK's own tries included, in milliseconds; then it is `ledger-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
  /** Its steady time goes on where DynamoDB's last answer left off. Its time of day does not matter. */
  readonly clock?: Clock
}

/**
 * Logs in one DynamoDB table (see `createDynamoDbLedgerTable`), with conditional writes and strongly consistent reads only.
 * Needs the optional peer `@aws-sdk/client-dynamodb` (`missing-package`). An append is two writes, and a read of the head
 * unless this process wrote it within the last second; entries above 350 KB take a write for each further 350 KB.
 *
 * **Time** is that of the Date headers of DynamoDB's answers, which count whole seconds: it is known to a second and the
 * way there and back. An entry's `at`, and `now`, are the earliest that it can be; `notBefore` is judged by that, and
 * `before` by the latest. Between judging and writing lies one request: an entry may be written later than it says, by as
 * much as DynamoDB takes a request late (at most the minutes that its signature is good for), but nobody else's entry
 * comes in between. Leases that are judged by it should last many seconds.
 *
 * The policy that it needs, for `"Resource": "arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE"`:
 *
 *     "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:BatchWriteItem"]
 */
export function dynamoDbLedger(options: DynamoDbLedgerOptions): Ledger {
  readWhere(options)
  const { clock = realClock } = options
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const table = tableCalls({ where: options, timeoutMs, clock })
  const append = appender(table)
  let closed = false

  const begin = (call: LedgerCall | undefined) => {
    call?.signal?.throwIfAborted()
    if (closed) throw closedError()
  }
  const close = async () => {
    closed = true
    await table.close()
  }

  return {
    async append(entry, call) {
      begin(call)
      return append(readAppend(entry), call?.signal)
    },
    async read(stream, after, { limit, ...call } = {}) {
      begin(call)
      streamOption(stream)
      const [from, most] = [afterOption(after), limitOption(limit)]
      const head = await headOf(table, stream, call.signal)
      const page = { head: head?.sequence ?? 0, now: logTime(head ?? EMPTY, timeOf(table).earliest) }
      if (!head || from >= head.sequence) return { entries: [], ...page }
      if (from < head.trimmed) throw trimmedError(stream, from, head.trimmed + 1)
      try {
        return { entries: await entriesOf(table, stream, from, most, head, call.signal), ...page }
      } catch (error) {
        // What is missing may have been trimmed since.
        if (!isAndonError(error, 'ledger-corrupt')) throw error
        const now = await headOf(table, stream, call.signal)
        if (now && from < now.trimmed) throw trimmedError(stream, from, now.trimmed + 1)
        throw error
      }
    },
    async saveSnapshot(stream, name, sequence, at, bytes, call) {
      begin(call)
      await saveSnapshot(table, readSnapshot(stream, name, sequence, at, bytes), call?.signal)
    },
    async snapshot(stream, name, call) {
      begin(call)
      return readSnapshotOf(table, streamOption(stream), snapshotNameOption(name), call?.signal)
    },
    async trim(stream, upTo, call) {
      begin(call)
      streamOption(stream)
      const last = upToOption(upTo)
      const head = await headOf(table, stream, call?.signal)
      if (head) await trim(table, stream, Math.min(last, head.sequence - 1), call?.signal)
    },
    async streams(call) {
      begin(call)
      const names: string[] = []
      for await (const { sk } of table.range(REGISTRY, ' ', '\u{10FFFF}', call?.signal)) {
        // Registered before its first entry, which may never have come.
        if (await headOf(table, sk!.S!, call?.signal)) names.push(sk!.S!)
      }
      return names
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The newest of them is at the head, and all before it are in the archive: see `appender`. */
async function entriesOf(
  table: TableCalls,
  stream: string,
  after: number,
  limit: number,
  head: HeadItem,
  signal: AbortSignal | undefined,
): Promise<LedgerEntry[]> {
  const last = Math.min(head.sequence, after + limit)
  const entries: LedgerEntry[] = []
  const add = async (item: HeadItem) => {
    const missing = after + 1 + entries.length
    if (item.sequence !== missing) throw corruptError(stream, `entry ${missing} is missing`)
    entries.push(entryOfText(stream, item.sequence, item.at, await loadEvents(table, stream, item, signal)))
  }
  const archived = Math.min(last, head.sequence - 1)
  if (archived > after) {
    const range = table.range(partitionOf(stream), entryKey(after + 1), entryKey(archived), signal)
    for await (const item of range) await add(entryOfItem(stream, item))
  }
  if (last === head.sequence) await add(head)
  if (entries.length < last - after) throw corruptError(stream, `entry ${after + 1 + entries.length} is missing`)
  return entries
}

/** First the mark, then the deed: an entry that a slow writer puts back into the archive is never read again. */
async function trim(table: TableCalls, stream: string, last: number, signal: AbortSignal | undefined): Promise<void> {
  if (last < 1) return
  const terms = {
    condition: '#sequence > :last AND (attribute_not_exists(trimmed) OR trimmed < :last)',
    names: { '#sequence': 'sequence' },
    values: { ':last': { N: String(last) } },
  }
  try {
    await table.update(headKey(stream), 'SET trimmed = :last', terms, signal)
  } catch (error) {
    // Trimmed as far, or further, already; what is left of it is cleared once more.
    if (!isRefused(error)) throw error
  }
  const pk = partitionOf(stream)
  await table.clear(pk, entryKey(0), entryKey(last), signal)
  await table.clear(pk, chunkStart(0), chunkEnd(last), signal)
}
