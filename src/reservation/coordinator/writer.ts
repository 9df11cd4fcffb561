import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Ledger, LedgerAnswer, LedgerEntry } from '../../parts/ledger/index.ts'
import type { Command } from '../decide/intent.ts'
import type { ReservationEvent } from '../model/events.ts'
import { apply, type Undo } from '../state/apply.ts'
import type { CellState } from '../state/cell-state.ts'
import type { Stamp } from '../state/held.ts'
import { StoreTime } from './store-time.ts'

interface Pending {
  readonly command: Command<unknown>
  readonly signal: AbortSignal | undefined
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  done: boolean
  /** By the steady clock: afterwards it is told that nothing is certain. */
  readonly until: number
}

interface Batch {
  readonly id: string
  readonly members: Pending[]
  readonly outcomes: (() => void)[]
  readonly events: ReservationEvent[]
  readonly undos: Undo[]
  readonly stamp: Stamp
  readonly notBefore: number
  readonly before: number
}

export interface WriterOptions {
  readonly ledger: Ledger
  readonly cell: string
  readonly state: CellState
  readonly clock: Clock
  /** Unique among all writers of the cell. */
  readonly name: string
  /** How long a command may go without the store having said whether it took it, in milliseconds. */
  readonly uncertainMs: number
  /** Makes the state what the newest snapshot says, when entries are gone that it would need. */
  readonly reload: (signal?: AbortSignal) => Promise<void>
  /** Told of each entry once it is folded in; must not throw. */
  readonly onEntry: (entry: LedgerEntry) => void
}

/** How many commands go into one entry. */
const BATCH = 256
/** How many entries are read at once: the first ones of a fleet hold a thousand hosts each. */
const PAGE = 20
/** How often it is tried again at once when somebody else was faster. */
const EAGER = 5

/**
 * Brings commands into the ledger: those that come while an entry is on its way go together into the next one. Each is
 * decided on the state with all before it, and stands only when the store takes the entry after the very entry that the
 * state knows. When somebody else was faster, everything is taken back, theirs is folded in, and it is decided anew.
 */
export class Writer {
  readonly time: StoreTime
  #options: WriterOptions
  #queue: Pending[] = []
  #running: Promise<void> | undefined
  readonly #closing = new AbortController()
  #serial = 0
  /** Entries of which the store never said whether it took them. */
  #uncertain = new Map<string, Batch>()
  /** Why nothing can be decided any more. */
  #broken: AndonError | undefined

  constructor(options: WriterOptions) {
    this.#options = options
    this.time = new StoreTime(options.clock)
  }

  /** Resolves with the command's result once it is durable; rejects with what the command throws. */
  submit<T>(command: Command<T>, signal?: AbortSignal): Promise<T> {
    const { clock, uncertainMs } = this.#options
    return new Promise<T>((resolve, reject) => {
      if (this.#closing.signal.aborted) return reject(closed())
      const member: Pending = { command, signal, resolve, reject, done: false, until: clock.monotonic() + uncertainMs }
      this.#queue.push(member)
      // Whoever asks in the same turn goes into the same entry.
      this.#running ??= Promise.resolve().then(() => this.#run())
    })
  }

  /** The same, which rejects with the signal's reason at once; what was asked for may still happen. */
  submitOrAbort<T>(command: Command<T>, signal: AbortSignal | undefined): Promise<T> {
    const submitted = this.submit(command, signal)
    return signal ? unlessAborted(submitted, signal) : submitted
  }

  /** Resolves when nothing that was in the store when it was called is missing here. */
  sync(signal?: AbortSignal): Promise<void> {
    return this.submitOrAbort(() => ({ events: [], result: () => {} }), signal)
  }

  /** Reads to the end of the ledger; only while nothing undecided is folded in. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    const { ledger, cell, state } = this.#options
    for (;;) {
      const terms = { limit: PAGE, ...(signal && { signal }) }
      const page = await ledger.read(cell, state.sequence, terms).catch(async error => {
        if (!isAndonError(error, 'ledger-trimmed')) throw error
        const { sequence } = state
        await this.#options.reload(signal)
        this.#skip()
        // A snapshot that is behind what is left would never be read to the end.
        if (state.sequence <= sequence) throw error
        return undefined
      })
      // More may have been trimmed while the snapshot was read.
      if (!page) continue
      const { entries, head, now } = page
      if (head < state.sequence) throw this.#setBack(head)
      this.time.learn(now)
      for (const entry of entries) this.#fold(entry)
      if (state.sequence >= head || entries.length === 0) return
    }
  }

  /** Nothing is taken any more. What was taken is finished, unless the store is away: then it is uncertain. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const members = this.#queue.splice(0, BATCH).filter(m => !m.done)
      try {
        await this.#bring(members)
      } catch (error) {
        for (const m of members) if (!m.done) finish(m, () => m.reject(error))
      }
    }
    this.#running = undefined
  }

  /** Until each of them is settled. */
  async #bring(members: readonly Pending[]): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#closing
    let sent = false
    let fresh = false
    for (let attempt = 0; ; attempt++) {
      const open = members.filter(m => !m.done)
      if (open.length === 0) return
      let batch: Batch | undefined
      try {
        if (this.#broken) throw this.#broken
        batch = this.#decide(open)
        if (batch.events.length === 0) {
          if (fresh) return settleAll(batch)
          // No append proves that the state is the newest: look.
          await this.catchUp()
          fresh = true
          continue
        }
        sent = true
        const answer = await this.#append(batch)
        if (answer.ok) return this.#commit(batch, answer)
        takeBack(batch)
        this.time.learn(answer.now)
        batch = undefined
        if (answer.why === 'conflict') await this.catchUp()
        // Others are faster each time, or the store's time cannot be told exactly: not without a pause.
        if (attempt < EAGER) continue
        this.#giveUp(open, new AndonError('ledger-busy', `refused ${attempt + 1} times (${answer.why})`), sent)
        await sleep(clock, Math.min(100, 2 ** (attempt - EAGER)), signal).catch(() => {})
      } catch (error) {
        fresh = false
        // The store may have it, or may get it yet.
        if (batch && batch.events.length > 0) {
          takeBack(batch)
          this.#uncertain.set(batch.id, batch)
        }
        // No other answer will come of asking once more: nothing was sent, or nothing can be trusted.
        if (this.#broken || isAndonError(error, 'invalid-option')) throw error
        if (signal.aborted) throw unreachable(error, sent)
        this.#giveUp([...open, ...this.#queue], error, sent)
        await sleep(clock, Math.min(1000, 10 * 2 ** attempt), signal).catch(() => {})
        await this.catchUp().catch(() => {})
      }
    }
  }

  /** Tells those who have waited for too long. */
  #giveUp(members: readonly Pending[], cause: unknown, sent: boolean): void {
    const now = this.#options.clock.monotonic()
    const isNew = new Set(this.#queue)
    for (const m of members)
      if (!m.done && now >= m.until) finish(m, () => m.reject(unreachable(cause, sent && !isNew.has(m))))
  }

  /** A store that has less than it once said it had: what was promised by it is not known any more. */
  #setBack(head: number): AndonError {
    const { state, cell } = this.#options
    const message = `cell ${cell}: the ledger was set back to entry ${head}; ${state.sequence} was there before`
    this.#broken = new AndonError('ledger-corrupt', message)
    return this.#broken
  }

  #decide(members: readonly Pending[]): Batch {
    const { state, name } = this.#options
    const stamp = { at: Math.max(state.at, this.time.now()), sequence: state.sequence + 1 }
    const id = `${name}-${++this.#serial}`
    const batch = {
      id,
      members: [...members],
      outcomes: [] as (() => void)[],
      events: [] as ReservationEvent[],
      undos: [] as Undo[],
      stamp,
    }
    let notBefore = 0
    let before = Number.POSITIVE_INFINITY
    for (const member of members) {
      const { length } = batch.events
      try {
        member.signal?.throwIfAborted()
        const intent = member.command(state, stamp.at)
        for (const event of intent.events) {
          batch.undos.push(apply(state, event, stamp))
          batch.events.push(event)
        }
        notBefore = Math.max(notBefore, intent.notBefore ?? 0)
        before = Math.min(before, intent.before ?? Number.POSITIVE_INFINITY)
        batch.outcomes.push(() => member.resolve(intent.result(state) as never))
      } catch (error) {
        // All of what one wants, or nothing.
        while (batch.events.length > length) {
          batch.events.pop()
          batch.undos.pop()!()
        }
        batch.outcomes.push(() => member.reject(error))
      }
    }
    return { ...batch, notBefore, before }
  }

  #append({ id, events, notBefore, before }: Batch): Promise<LedgerAnswer> {
    const { ledger, cell, state } = this.#options
    return ledger.append({
      stream: cell,
      after: state.sequence,
      events: [{ type: 'written', id } as const, ...events],
      ...(notBefore > 0 && { notBefore }),
      ...(before !== Number.POSITIVE_INFINITY && { before }),
    })
  }

  #commit(batch: Batch, { sequence, at }: { readonly sequence: number; readonly at: number }): void {
    const { state, onEntry } = this.#options
    batch.stamp.at = at
    state.sequence = sequence
    state.at = at
    this.time.learn(at)
    this.#forget(sequence)
    settleAll(batch)
    onEntry({ sequence, at, events: batch.events })
  }

  #fold(entry: LedgerEntry): void {
    const { state, onEntry } = this.#options
    if (entry.sequence !== state.sequence + 1)
      throw new AndonError('ledger-corrupt', `entry ${entry.sequence} follows ${state.sequence}`)
    const stamp = { at: entry.at, sequence: entry.sequence }
    const events = entry.events as readonly ReservationEvent[]
    const undos: Undo[] = []
    try {
      for (const event of events) undos.push(apply(state, event, stamp))
    } catch (cause) {
      for (const undo of undos.toReversed()) undo()
      throw new AndonError('ledger-corrupt', `entry ${entry.sequence}: ${messageOf(cause)}`, { cause })
    }
    state.sequence = entry.sequence
    state.at = entry.at
    const [first] = events
    const mine = first?.type === 'written' ? this.#uncertain.get(first.id) : undefined
    if (mine) {
      this.#uncertain.delete(mine.id)
      settleAll(mine)
    }
    this.#forget(entry.sequence)
    onEntry(entry)
  }

  /** The state is that of a snapshot: what wanted a place up to there may have got it, and nobody can tell any more. */
  #skip(): void {
    for (const [id, { stamp, members }] of this.#uncertain) {
      if (stamp.sequence > this.#options.state.sequence) continue
      this.#uncertain.delete(id)
      const error = unreachable(new AndonError('ledger-trimmed', 'the entries that would tell are gone'), true)
      for (const member of members) if (!member.done) finish(member, () => member.reject(error))
    }
  }

  /** Whatever wanted this place in the log, or one before, and is not there will never be. */
  #forget(sequence: number): void {
    for (const [id, { stamp }] of this.#uncertain) if (stamp.sequence <= sequence) this.#uncertain.delete(id)
  }
}

function settleAll({ members, outcomes }: Batch): void {
  for (const [i, member] of members.entries()) if (!member.done) finish(member, outcomes[i]!)
}

function finish(member: Pending, outcome: () => void): void {
  member.done = true
  try {
    outcome()
  } catch (error) {
    member.reject(error)
  }
}

function takeBack({ undos }: Batch): void {
  for (let undo = undos.pop(); undo; undo = undos.pop()) undo()
}

/** The promise, or the signal's reason if that comes first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

const closed = () => new AndonError('reservation-closed', 'the coordinator is closed')

function unreachable(cause: unknown, sent: boolean): AndonError {
  return sent
    ? new AndonError('reservation-uncertain', `the store did not say whether it took it: ${messageOf(cause)}`, {
        cause,
      })
    : new AndonError('reservation-unreachable', `the store cannot be reached: ${messageOf(cause)}`, { cause })
}
