import { AndonError } from '../../../core/errors.ts'
import { textOfEvents } from '../events-text.ts'
import { EMPTY, judge, logTime } from '../judge.ts'
import type { LedgerAnswer, LedgerAppend } from '../ledger.ts'
import { unreachableError } from '../refusals.ts'
import { isRefused, onlyTry } from './dynamodb-errors.ts'
import { storeEvents } from './large-events.ts'
import {
  attributesOf,
  type EntryItem,
  entryKey,
  entryOfItem,
  type HeadItem,
  headKey,
  partitionOf,
  REGISTRY,
} from './layout.ts'
import type { TableCalls } from './table-calls.ts'

/** How long a head that this process wrote itself may stand in for asking, in milliseconds: the clock is as old as it. */
const FRESH_MS = 1000

/** Heads that are kept; beyond, all are forgotten. */
const KEPT = 1000

/** The head as the table has it now. */
export async function headOf(table: TableCalls, stream: string, signal?: AbortSignal): Promise<HeadItem | undefined> {
  const item = await table.get(headKey(stream), signal)
  return item && entryOfItem(stream, item)
}

/** What the store's time can be now. Every answer says it, so there is one after the first question. */
export function timeOf({ time }: TableCalls): { readonly earliest: number; readonly latest: number } {
  const between = time.between()
  if (!between) throw new AndonError('ledger-error', 'DynamoDB’s answers have no Date header: the time cannot be told')
  return between
}

/**
 * Appends by one conditional write of the head, which makes all appends of a stream one line. Before it, the entry that the
 * head holds is copied to where entries stay: so whoever reads the head finds every entry before it, and a slot that was
 * trimmed is never asked for again, since only the slot behind the head is ever written.
 */
export function appender(table: TableCalls): (entry: LedgerAppend, signal?: AbortSignal) => Promise<LedgerAnswer> {
  const own = new Map<string, EntryItem>()

  const headFor = async (stream: string, after: number, signal: AbortSignal | undefined) => {
    const mine = own.get(stream)
    if (mine?.sequence === after && table.time.ageMs() <= FRESH_MS) return mine
    return headOf(table, stream, signal)
  }
  /** Both are the same however often they are done, and by whom. */
  const prepare = async (stream: string, head: EntryItem | undefined, signal: AbortSignal | undefined) => {
    if (!head) return table.put({ pk: REGISTRY, sk: stream }, {}, {}, signal)
    await table.put({ pk: partitionOf(stream), sk: entryKey(head.sequence) }, attributesOf(head), {}, signal)
  }
  const written = async (stream: string, { sequence, writing }: EntryItem, signal: AbortSignal | undefined) => {
    const head = await headOf(table, stream, signal)
    if (!head || head.sequence < sequence) return { head, mine: false }
    if (head.sequence === sequence) return { head, mine: head.writing === writing }
    const item = await table.get({ pk: partitionOf(stream), sk: entryKey(sequence) }, signal)
    return { head, mine: item && entryOfItem(stream, item).writing === writing }
  }
  /** The SDK repeats a write whose answer got lost, and is refused: by its own entry. */
  const afterRefusal = async (
    error: unknown,
    stream: string,
    entry: EntryItem,
    signal: AbortSignal | undefined,
  ): Promise<LedgerAnswer> => {
    const { head, mine } = await written(stream, entry, signal)
    if (mine) return { ok: true, sequence: entry.sequence, at: entry.at }
    if (mine === undefined && !onlyTry(error))
      throw unreachableError(`stream ${stream}`, 'whether the entry was written cannot be told: its slot is trimmed')
    const now = logTime(head ?? EMPTY, timeOf(table).earliest)
    return { ok: false, why: 'conflict', now, head: head?.sequence ?? 0 }
  }

  return async (entry, signal) => {
    const { stream, after, events } = entry
    const bytes = new TextEncoder().encode(textOfEvents(events))
    const head = await headFor(stream, after, signal)
    own.delete(stream)
    const decide = () => {
      const { earliest, latest } = timeOf(table)
      return judge(entry, head ?? EMPTY, earliest, latest)
    }
    const first = decide()
    if (!first.ok) return first
    const writing = crypto.randomUUID()
    await prepare(stream, head, signal)
    const stored = await storeEvents(table, stream, first.sequence, writing, bytes, signal)
    // Judged once more, because time went by: as late as can be.
    const answer = decide()
    if (!answer.ok) return answer
    const next: EntryItem = { sequence: answer.sequence, at: answer.at, writing, ...stored }
    try {
      await table.update(headKey(stream), ...replacing(head, next), signal)
    } catch (error) {
      if (!isRefused(error)) throw error
      return afterRefusal(error, stream, next, signal)
    }
    if (own.size >= KEPT) own.clear()
    own.set(stream, next)
    return answer
  }
}

/** An update and not a put, because how far the stream was trimmed stands in the same item. */
function replacing(head: EntryItem | undefined, next: EntryItem) {
  const attributes = Object.entries(attributesOf(next))
  const values = Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value]))
  const names = Object.fromEntries(attributes.map(([name]) => [`#${name}`, name]))
  const set = `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`
  const expression = next.events ? set : `${set} REMOVE #events`
  return [
    expression,
    {
      names: { ...names, '#events': 'events' },
      condition: head ? '#sequence = :after AND #writing = :previous' : 'attribute_not_exists(pk)',
      values: head ? { ...values, ':after': { N: String(head.sequence) }, ':previous': { S: head.writing } } : values,
    },
  ] as const
}
