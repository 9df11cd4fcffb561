import { proposalOf } from '../decide/break-glass-commands.ts'
import type { ReservationEvent } from '../model/events.ts'
import { limitFor } from '../model/read-policy.ts'
import type { CellState } from '../state/cell-state.ts'
import { reservationOf } from '../state/held.ts'
import type { CellStatus, Denial, Waiting } from './coordinator.ts'

const KEPT = 50

/** The newest denials. */
export class Denials {
  #newest: Denial[] = []

  note(events: readonly ReservationEvent[], at: number): void {
    for (const event of events) {
      if (event.type !== 'denied') continue
      const { host, activity, holder, step, because } = event
      this.#newest.unshift({ at, host, activity, holder, step, reasons: because })
      if (this.#newest.length > KEPT) this.#newest.pop()
    }
  }

  newest(): readonly Denial[] {
    return [...this.#newest]
  }
}

/** A cell at a glance. */
export function statusOf(
  cell: string,
  state: CellState,
  at: number,
  waiting: readonly Waiting[],
  denials: readonly Denial[],
): CellStatus {
  const { hosts, rules, policy, cord } = state
  const lost = new Map<number, number>()
  for (const host of state.casualties.keys()) {
    const zone = hosts.domain('zone', host)
    lost.set(zone, (lost.get(zone) ?? 0) + 1)
  }
  const zones = Array.from({ length: hosts.sizeOf('zone') }, (_, i) => i + 1).map(zone => {
    const total = hosts.members.zone[zone] ?? 0
    const casualties = lost.get(zone) ?? 0
    const away = state.away.zone[zone] ?? 0
    const maxOffline = limitFor(rules.zone, total)
    return { zone: hosts.name('zone', zone), hosts: total, reserved: away - casualties, casualties, maxOffline }
  })
  return {
    cell,
    at,
    hosts: hosts.count,
    zones: zones.sort((a, b) => (a.zone < b.zone ? -1 : 1)),
    reservations: [...state.reservations.values()].map(held => reservationOf(held, hosts)),
    casualties: [...state.casualties].map(([host, { since, ...rest }]) => ({
      ...rest,
      host: hosts.id(host),
      since: since.at,
    })),
    waiting,
    proposals: [...state.proposals.values()].map(proposalOf),
    cord,
    policy,
    denials,
  }
}
