import type { LedgerEntry } from '../../../src/parts/ledger/index.ts'
import { HostTable } from '../../../src/reservation/hosts/host-table.ts'
import type { ReservationEvent } from '../../../src/reservation/model/events.ts'
import { apply } from '../../../src/reservation/state/apply.ts'
import { type CellState, emptyState } from '../../../src/reservation/state/cell-state.ts'
import { encodeState } from '../../../src/reservation/state/encode-state.ts'
import { Violation } from '../support/auditor.ts'

/** The fold of the entries up to a sequence, from nothing. */
export function foldOf(entries: readonly LedgerEntry[], upTo: number): CellState {
  const state = emptyState()
  for (const { sequence, at, events } of entries) {
    if (sequence > upTo) break
    for (const event of events as readonly ReservationEvent[]) apply(state, event, { at, sequence })
    state.sequence = sequence
    state.at = at
  }
  return state
}

/** A piece that a coordinator saved has to be what the ledger says, whatever it folded in, took back and loaded before. */
export function compareSnapshot(entries: readonly LedgerEntry[], name: string, sequence: number, bytes: Uint8Array) {
  const state = foldOf(entries, sequence)
  const [theirs, ours] =
    name === 'hosts'
      ? [hostsText(HostTable.from(bytes)), hostsText(state.hosts)]
      : [stateText(Buffer.from(bytes)), stateText(encodeState(state))]
  if (theirs !== ours) throw new Violation(`snapshot ${name} of entry ${sequence}: ${difference(theirs, ours)}`)
}

/** The same text for the same state, in whatever order it was come by. */
export function stateText(encoded: Buffer): string {
  const { grants, ...state } = JSON.parse(encoded.toString()) as Record<string, unknown[]> & {
    policy: { velocity?: { grants: number } }
  }
  for (const [name, value] of Object.entries(state))
    if (Array.isArray(value)) state[name] = value.map(v => JSON.stringify(sorted(v))).sort()
  const most = state.policy.velocity?.grants ?? 0
  return JSON.stringify({ ...state, grants: most > 0 ? grants!.slice(-most) : [] }, undefined, 1)
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}

const hostsText = (hosts: HostTable) =>
  [...hosts]
    .map(h => JSON.stringify(hosts.record(h)))
    .sort()
    .join('\n')

/** Where two texts begin to differ. */
export function difference(theirs: string, ours: string): string {
  const [a, b] = [theirs.split('\n'), ours.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  const from = Math.max(0, at - 3)
  return `${a.slice(from, at + 3).join(' ')} and should be ${b.slice(from, at + 3).join(' ')}`
}
