import type { Clock } from '../../../src/core/clock.ts'
import { type Ledger, type LedgerAnswer, type LedgerEntry, memoryLedger } from '../../../src/parts/ledger/index.ts'
import type { Network } from './network.ts'
import { Process } from './process.ts'
import type { World } from './world.ts'

/** How long a coordinator waits for the store. */
const TIMEOUT_MS = 1500

/** The store: one real memory ledger behind the network, with a clock that somebody may set. */
export class Store {
  readonly process: Process
  readonly ledger: Ledger
  /** Everything that was ever written, whatever is trimmed. */
  readonly entries: LedgerEntry[] = []
  /** How often its clock was set forward. */
  forward = 0
  /** When it was set, by the world's time. */
  jumpedAt = 0
  readonly #world: World
  readonly #onEntry: (entry: LedgerEntry) => void
  readonly #onSnapshot: (name: string, sequence: number, bytes: Uint8Array) => void
  #offset = 0

  constructor(
    world: World,
    onEntry: (entry: LedgerEntry) => void,
    onSnapshot: (name: string, sequence: number, bytes: Uint8Array) => void,
  ) {
    this.#world = world
    this.#onEntry = onEntry
    this.#onSnapshot = onSnapshot
    this.process = new Process(world)
    const { clock } = world
    const own: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + this.#offset,
      setTimer: (ms, callback) => clock.setTimer(ms, callback),
    }
    this.ledger = memoryLedger({ clock: own })
  }

  jump(ms: number): void {
    this.#offset += ms
    if (ms > 0) this.forward++
    this.jumpedAt = this.#world.clock.now()
  }

  /** What an entry would have for its time now. */
  now(): number {
    return Math.max(this.#world.clock.now() + this.#offset, this.entries.at(-1)?.at ?? 0)
  }

  /** Whether its clock has caught up with what it once said. */
  isSteady(): boolean {
    return this.#world.clock.now() + this.#offset >= (this.entries.at(-1)?.at ?? 0)
  }

  /** The ledger as a process sees it. */
  from(process: Process, network: Network): Ledger {
    const { ledger } = this
    const there = <T>(work: () => Promise<T>) =>
      network.call(process, () => this.process, TIMEOUT_MS, work, 'ledger-unreachable')
    return {
      append: entry => {
        // What leaves a process is text.
        const events = JSON.parse(JSON.stringify(entry.events))
        const write = async () => {
          const answer = await ledger.append({ ...entry, events })
          if (answer.ok) this.#wrote({ sequence: answer.sequence, at: answer.at, events })
          else if (answer.why === 'conflict') this.#world.counts.conflicts++
          return answer
        }
        // A refusal means that nothing was written and nothing will be: every ledger sees to that when its driver
        // repeats a request.
        let only: Promise<LedgerAnswer> | undefined
        return there(() => (only ??= write()))
      },
      read: (stream, after, options = {}) => there(() => ledger.read(stream, after, { limit: options.limit ?? 500 })),
      saveSnapshot: (stream, name, sequence, at, bytes) =>
        there(async () => {
          this.#world.counts.snapshots++
          const kept = await ledger.snapshot(stream, name)
          // An older one is not kept, and may know of hosts what comes only later.
          if (sequence >= (kept?.sequence ?? 0)) this.#guard(() => this.#onSnapshot(name, sequence, bytes))
          await ledger.saveSnapshot(stream, name, sequence, at, bytes)
        }),
      snapshot: (stream, name) => there(() => ledger.snapshot(stream, name)),
      trim: (stream, upTo) => there(() => ledger.trim(stream, upTo)),
      streams: () => there(() => ledger.streams()),
      close: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }
  }

  #wrote(entry: LedgerEntry): void {
    this.entries.push(entry)
    this.#guard(() => this.#onEntry(entry))
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#world.fail(error)
    }
  }
}
