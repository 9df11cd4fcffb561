import type { Clock, Timer } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import { messageOf } from '../../core/options.ts'
import type { Ledger } from '../../parts/ledger/index.ts'
import { reclaim } from '../decide/break-glass-commands.ts'
import { expire } from '../decide/lease-commands.ts'
import type { ReservationEvent } from '../model/events.ts'
import type { CellState } from '../state/cell-state.ts'
import type { Line } from './line.ts'
import { changesHosts, snapshotsOf } from './snapshots.ts'
import type { Writer } from './writer.ts'

export interface HousekeeperOptions {
  readonly ledger: Ledger
  readonly cell: string
  readonly state: CellState
  readonly writer: Writer
  readonly line: Line
  readonly clock: Clock
  readonly log: Logger
  readonly everyMs: number
  readonly snapshotEvery: number
  readonly keepEntries: number
}

export interface Housekeeper {
  /** From here on. `saved`: the entry up to which there are snapshots. */
  begin(saved: number): void
  end(): void
  /** What whoever starts next would have to read otherwise, if that is much. Nothing may be on its way. */
  saveLast(): Promise<void>
  /** Told of what every entry says. */
  note(events: readonly ReservationEvent[]): void
}

/** For how long the key of a reservation that has ended is known, and how many of them. */
const KEY_MS = 600_000
const KEYS = 100_000
const GONE = 10_000
const MANY_HOSTS = 50_000
const WORTHWHILE = 1000

/** What has to be done again and again: casualties of leases that ended, others' changes, snapshots, forgetting. */
export function housekeeper(options: HousekeeperOptions): Housekeeper {
  const { ledger, cell, state, writer, line, clock, log, everyMs, snapshotEvery, keepEntries } = options
  let timer: Timer | undefined
  let ended = false
  let saved = 0
  let hostsChanged = true
  /** How many hosts were added since the last snapshot: they are what takes time to read again. */
  let hostsAdded = 0
  let saving = false

  const save = async (): Promise<void> => {
    const { sequence, at } = state
    const pieces = snapshotsOf(state, hostsChanged)
    hostsChanged = false
    hostsAdded = 0
    saved = sequence
    for (const { name, bytes } of pieces) await ledger.saveSnapshot(cell, name, sequence, at, bytes)
    if (sequence > keepEntries) await ledger.trim(cell, sequence - keepEntries)
  }
  const saveIfDue = (): void => {
    const due = state.sequence - saved >= snapshotEvery || hostsAdded >= Math.max(MANY_HOSTS, state.hosts.count / 2)
    if (saving || !due) return
    saving = true
    // Called when an entry has just been folded in, so nothing undecided is in the state.
    save()
      .catch(error => {
        hostsChanged = true
        log.warn('reservations: no snapshot could be saved', { error: messageOf(error) })
      })
      .finally(() => {
        saving = false
      })
  }
  const round = async (): Promise<void> => {
    try {
      // Writes only where there is something to write, and reads others' entries in any case.
      await writer.submit(expire())
      await writer.submit(reclaim())
    } catch (error) {
      if (!ended) log.warn('reservations: the ledger cannot be reached', { error: messageOf(error) })
    }
    // Windows open, time passes.
    line.changed()
    if (!ended) timer = clock.setTimer(everyMs, () => void round())
  }
  return {
    begin(upTo) {
      saved = upTo
      hostsChanged ||= upTo === 0
      timer?.cancel()
      timer = clock.setTimer(everyMs, () => void round())
    },
    end() {
      ended = true
      timer?.cancel()
    },
    async saveLast() {
      if (saving || (state.sequence - saved < WORTHWHILE && hostsAdded < WORTHWHILE)) return
      await save().catch(error => log.warn('reservations: no snapshot could be saved', { error: messageOf(error) }))
    },
    note(events) {
      for (const event of events) {
        if (changesHosts(event)) hostsChanged = true
        if (event.type === 'hosts-added') hostsAdded += event.hosts.length
      }
      forget(state)
      saveIfDue()
    },
  }
}

/** What is not needed any more: only lists that nothing is decided by. */
function forget(state: CellState): void {
  state.back.length = 0
  if (state.gone.length > GONE) {
    const count = state.gone.length - GONE / 2
    state.goneForgotten = state.gone.splice(0, count).at(-1)!.sequence
  }
  const most = state.rules.velocity?.grants ?? 0
  // Some more than are needed: a policy that limits them later looks back.
  if (state.grants.length > 2 * most + 2000) state.grants.splice(0, state.grants.length - most - 1000)
  if (state.keys.size <= KEYS && state.sequence % 1000 !== 0) return
  const old = state.at - KEY_MS
  for (const [name, { ended }] of state.keys)
    if (ended && (ended.at.at < old || state.keys.size > KEYS)) state.keys.delete(name)
}
