import type { ReservationEvent } from '../model/events.ts'

/** What a change looks like from outside: lists of hosts are told by their length, for they may be long. */
export type ChangeEvent = Readonly<Record<string, unknown>> & { readonly type: ReservationEvent['type'] }

/** The events of one entry for those who watch; empty when there is nothing to see. */
export function changeEvents(events: readonly ReservationEvent[]): ChangeEvent[] {
  return events
    .filter(event => event.type !== 'written')
    .map(event => {
      if (event.type !== 'hosts-added' && event.type !== 'hosts-removed') return { ...event }
      const { hosts, ...others } = event
      return { ...others, count: hosts.length }
    })
}
