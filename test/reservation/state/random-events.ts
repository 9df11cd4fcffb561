import fc from 'fast-check'
import type { ReservationEvent } from '../../../src/reservation/model/events.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'
import { apply, type Undo } from '../../../src/reservation/state/apply.ts'
import type { CellState } from '../../../src/reservation/state/cell-state.ts'
import { encodeState } from '../../../src/reservation/state/encode-state.ts'
import { stateText } from '../simulation/replica.ts'

const hostId = fc.nat({ max: 5 }).map(i => `aws/r1/z${i % 2}/-/h${i}`)
const id = fc.nat({ max: 7 }).map(i => `r${i}`)
const by = 'olga'
const activity = fc.constantFrom('restart', 'long-offline', 'destroy')

const host = fc.record(
  { id: hostId, rack: fc.constantFrom('k1', 'k2'), group: fc.constantFrom('g1', 'g2') },
  { requiredKeys: ['id'] },
)

/** Events of all kinds about few things, in any order: most of them fit, some do not. */
export const event = fc
  .oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('hosts-added'), hosts: fc.array(host, { maxLength: 3 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('hosts-removed'), hosts: fc.array(hostId, { maxLength: 2 }) }),
    },
    {
      weight: 6,
      arbitrary: fc.record(
        {
          type: fc.constant('granted'),
          id,
          host: hostId,
          activity,
          holder: fc.constantFrom('a', 'b'),
          reason: fc.constant('work'),
          priority: fc.constant('normal'),
          token: fc.nat({ max: 99 }),
          ttlMs: fc.nat({ max: 5000 }),
          key: fc.constantFrom('x', 'y'),
          placementVersion: fc.nat({ max: 9 }),
          because: fc.constant([]),
        },
        {
          requiredKeys: [
            'type',
            'id',
            'host',
            'activity',
            'holder',
            'reason',
            'priority',
            'token',
            'ttlMs',
            'placementVersion',
          ],
        },
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        {
          type: fc.constant('moved'),
          id,
          to: fc.constantFrom('preparing', 'approved', 'executing', 'restoring'),
          ending: fc.constantFrom('completed', 'cancelled'),
        },
        { requiredKeys: ['type', 'id', 'to'] },
      ),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('renewed'), id, ttlMs: fc.nat({ max: 5000 }) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('ended'), id, as: fc.constant('completed') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('lost'),
        id,
        cause: fc.constant('failed'),
        reason: fc.constant('gone'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('resolved'),
        host: hostId,
        as: fc.constantFrom('repaired', 'destroyed', 'retired'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('policy'),
        policy: fc.constantFrom({ maxOffline: {} }, { maxOffline: { rack: 2 }, velocity: { grants: 3, perMs: 10 } }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('cord'),
        level: fc.constantFrom('hold', 'released'),
        reason: fc.constant('x'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('proposed'),
        id: fc.constantFrom('b1', 'b2'),
        host: hostId,
        holder: fc.constantFrom('a', 'b'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('reclaimed'), id: fc.constantFrom('b1', 'b2') }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('denied', 'written') }) },
  )
  .map(e => ({ by, ...e }) as unknown as ReservationEvent)

/** All hosts that the others are about. */
export const everyHost: ReservationEvent = {
  type: 'hosts-added',
  hosts: Array.from({ length: 6 }, (_, i) => ({ id: `aws/r1/z${i % 2}/-/h${i}` })),
  by,
}

/** Folds them in, one entry each from where the state is, and hands back what takes all of it back. */
export function foldAll(state: CellState, events: readonly ReservationEvent[], from = 1): Undo {
  const undos = events.map((one, i) => apply(state, one, { at: 1000 * (from + i), sequence: from + i }))
  return () => {
    for (const undo of undos.toReversed()) undo()
  }
}

/** Everything that a state says, its counts and its hosts as well, in one text that does not depend on how it came about. */
export function canonical(state: CellState): string {
  const { away, hosts, gone, back } = state
  const names = (['region', 'zone', 'rack', 'group'] as const).map(domain =>
    away[domain]
      .map((n, number) => (n === 0 || number === 0 ? '' : `${domain} ${hosts.name(domain, number)} ${n}`))
      .filter(Boolean)
      .sort(),
  )
  const records: HostRecord[] = [...hosts].map(h => hosts.record(h)).sort((a, b) => (a.id < b.id ? -1 : 1))
  const went = [gone, back].map(list => list.map(g => hosts.id(g.host)))
  const { fleet, casualties, activity: busy } = away
  return `${stateText(encodeState(state))}${JSON.stringify({ names, records, went, fleet, casualties, busy }, undefined, 1)}`
}
