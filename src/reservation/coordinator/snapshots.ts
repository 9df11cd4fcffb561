import type { Ledger } from '../../parts/ledger/index.ts'
import { HostTable } from '../hosts/host-table.ts'
import type { ReservationEvent } from '../model/events.ts'
import { type CellState, emptyState } from '../state/cell-state.ts'
import { decodeState, encodeState } from '../state/encode-state.ts'

/** Whether it changes which hosts there are. */
export const changesHosts = (event: ReservationEvent): boolean =>
  event.type === 'hosts-added' ||
  event.type === 'hosts-removed' ||
  (event.type === 'resolved' && event.as === 'retired')

/**
 * Makes the state what the newest snapshots say. There are two of them, because the hosts are many and seldom change and
 * everything else is little and changes all the time. The hosts are saved whenever they have changed, and before the rest:
 * where they are older than the rest nothing was said about hosts in between, and where they are newer it is folded in
 * once more, which changes nothing. Resolves to the entry up to which the snapshots go, 0 when there are none.
 */
export async function loadSnapshots(
  ledger: Ledger,
  cell: string,
  state: CellState,
  signal?: AbortSignal,
): Promise<number> {
  const call = signal ? { signal } : {}
  const rest = await ledger.snapshot(cell, 'state', call)
  const hosts = await ledger.snapshot(cell, 'hosts', call)
  // Made beside it and put in place at once: whoever looks meanwhile must not see half of it.
  const next = emptyState()
  if (rest && hosts) {
    next.hosts = HostTable.from(hosts.bytes)
    decodeState(next, rest.bytes)
    next.sequence = rest.sequence
    next.at = rest.at
    // Answers to questions that were asked before are recognised as too old by this.
    next.goneForgotten = rest.sequence
  }
  Object.assign(state, next)
  return next.sequence
}

/** The pieces to save, taken at one moment at which nothing undecided is folded in. */
export function snapshotsOf(state: CellState, withHosts: boolean): { name: string; bytes: Buffer }[] {
  const rest = { name: 'state', bytes: encodeState(state) }
  return withHosts ? [{ name: 'hosts', bytes: state.hosts.dump() }, rest] : [rest]
}
