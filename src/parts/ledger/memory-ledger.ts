import type { Clock } from '../../core/clock.ts'
import { realClock } from '../../core/real-clock.ts'
import { steadyClock } from '../../core/steady-clock.ts'
import { EMPTY, type Head, judge, logTime } from './judge.ts'
import type { Ledger, LedgerCall, LedgerEntry, LedgerSnapshot } from './ledger.ts'
import {
  afterOption,
  limitOption,
  readAppend,
  readSnapshot,
  snapshotNameOption,
  streamOption,
  upToOption,
} from './read-requests.ts'
import { closedError, trimmedError } from './refusals.ts'

interface Stream {
  head: Head
  /** Those that are not trimmed; the last one is always there. */
  entries: LedgerEntry[]
  readonly snapshots: Map<string, LedgerSnapshot>
}

/**
 * Logs for one process's life: tests, simulations, one process that runs everything. Its clock is the steady one of this
 * process, so a jump of the wall clock does nothing. It keeps the very objects that were appended, and gives them to
 * every reader: whoever appends promises not to change them any more, and whoever reads must not. Nothing survives the
 * process.
 */
export function memoryLedger(options: { clock?: Clock } = {}): Ledger {
  const clock = steadyClock(options.clock ?? realClock)
  const streams = new Map<string, Stream>()
  let closed = false

  const begin = (call: LedgerCall | undefined) => {
    call?.signal?.throwIfAborted()
    if (closed) throw closedError()
  }
  const streamOf = (name: string): Stream => {
    const known = streams.get(name) ?? { head: EMPTY, entries: [], snapshots: new Map() }
    streams.set(name, known)
    return known
  }
  const firstOf = ({ head, entries }: Stream) => head.sequence - entries.length + 1
  const close = async () => {
    closed = true
  }

  return {
    async append(entry, call) {
      begin(call)
      const { stream, events } = readAppend(entry)
      const known = streams.get(stream)
      const answer = judge(entry, known?.head ?? EMPTY, clock.now())
      if (!answer.ok) return answer
      const written = { sequence: answer.sequence, at: answer.at, events }
      const into = known ?? streamOf(stream)
      into.entries.push(written)
      into.head = written
      return answer
    },
    async read(name, after, { limit, ...call } = {}) {
      begin(call)
      const [from, most] = [afterOption(after), limitOption(limit)]
      const stream = streams.get(streamOption(name))
      const head = stream?.head ?? EMPTY
      const page = { head: head.sequence, now: logTime(head, clock.now()) }
      if (!stream || from >= head.sequence) return { entries: [], ...page }
      const first = firstOf(stream)
      if (from + 1 < first) throw trimmedError(name, from, first)
      return { entries: stream.entries.slice(from + 1 - first, from + 1 - first + most), ...page }
    },
    async saveSnapshot(stream, name, sequence, at, bytes, call) {
      begin(call)
      const given = readSnapshot(stream, name, sequence, at, bytes)
      const { snapshots } = streamOf(stream)
      if (sequence < (snapshots.get(name)?.sequence ?? 0)) return
      snapshots.set(name, { sequence, at, bytes: given.bytes.slice() })
    },
    async snapshot(stream, name, call) {
      begin(call)
      const kept = streams.get(streamOption(stream))?.snapshots.get(snapshotNameOption(name))
      return kept && { ...kept, bytes: kept.bytes.slice() }
    },
    async trim(name, upTo, call) {
      begin(call)
      const last = upToOption(upTo)
      const stream = streams.get(streamOption(name))
      if (!stream) return
      const gone = Math.min(last, stream.head.sequence - 1) - firstOf(stream) + 1
      if (gone > 0) stream.entries = stream.entries.slice(gone)
    },
    async streams(call) {
      begin(call)
      return [...streams]
        .filter(([, { head }]) => head.sequence > 0)
        .map(([name]) => name)
        .sort(byBytes)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** As databases compare, so that all stores agree. */
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
