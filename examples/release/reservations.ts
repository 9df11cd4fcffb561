import type { Deployer } from '../../src/core/index.ts'
import { sqliteLedger } from '../../src/parts/ledger/index.ts'
import { placementSafety, type ReplicaStripe } from '../../src/parts/placement/index.ts'
import { type Coordinator, createCoordinator, type Reservation } from '../../src/reservation/index.ts'
import type { RegionSetup } from './topology.ts'

/** What the reservations of a run came to. */
export interface Reserved {
  readonly granted: number
  readonly denied: number
  readonly casualties: number
}

/** Who may take which host away, kept in a file of the run: a runner that takes over finds what the last one held. */
export function reservations(
  file: string,
  regions: readonly RegionSetup[],
): { coordinator: Coordinator; close(): Promise<void> } {
  const ledger = sqliteLedger(file)
  const coordinator = createCoordinator({
    ledger,
    safety: placementSafety({
      placement: () => ({
        version: 1,
        stripes: regions.map(frontEnds),
        hosts: regions.flatMap(r => r.hosts.map(h => h.host)),
      }),
      // Of a region's front ends one zone may be away, and no more.
      tolerance: { restart: Math.max(...regions.map(zoneSize)) },
    }),
    policy: {
      maxOffline: { fleet: { share: 0.5 }, region: { share: 0.5 }, zone: { share: 1 } },
      oneZoneAtATime: 'region',
      maxCasualties: 2,
      ttlMs: { default: 60_000 },
    },
  })
  return {
    coordinator,
    async close() {
      await coordinator.close()
      await ledger.close()
    },
  }
}

/** All that a region's customers can reach: any one of them does for them, none does not. */
function frontEnds({ name, hosts }: RegionSetup): ReplicaStripe {
  const members = hosts.filter(h => h.role !== 'validator').map(h => h.host)
  return { kind: 'replicas', id: `front ends of ${name}`, members, writeQuorum: 1 }
}

function zoneSize({ hosts }: RegionSetup): number {
  const zones = new Set(hosts.map(h => h.host.split('/')[2]))
  return Math.ceil(hosts.filter(h => h.role !== 'validator').length / zones.size)
}

/** The same deployer, which touches no host that it has not reserved. */
export function withReservations(
  deployer: Deployer,
  coordinator: Coordinator,
  regions: readonly RegionSetup[],
  run: string,
): Deployer {
  let known: Promise<void> | undefined
  const reserved = async (
    host: string,
    key: string,
    reason: string,
    signal: AbortSignal,
    work: () => Promise<void>,
  ) => {
    known ??= coordinator.addHosts(
      regions.flatMap(r => r.hosts.map(h => ({ id: h.host }))),
      run,
    )
    await known
    // By its key a step that is repeated, by a runner that took over, say, gets the reservation that it had.
    const answer = await coordinator.reserve(
      { host, activity: 'restart', holder: run, reason, key, waitMs: 20_000 },
      { signal },
    )
    if (!answer.granted) throw new Error(`${host}: ${answer.reasons.map(r => r.message).join('; ')}`)
    await underReservation(coordinator, answer.reservation, work)
  }
  return {
    ...deployer,
    deploy: request =>
      reserved(request.host, request.key, `deploy ${request.version}`, request.signal, () => deployer.deploy(request)),
    rollback: request =>
      reserved(request.host, request.key, `back to ${request.to}`, request.signal, () => deployer.rollback(request)),
  }
}

async function underReservation(
  coordinator: Coordinator,
  reservation: Reservation,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await coordinator.advance(reservation, 'executing')
    await work()
    await coordinator.release(reservation, 'healthy')
  } catch (error) {
    // The pipeline rolls the host back, and reserves it for that once more.
    await coordinator.cancel(reservation, (error as Error).message).catch(() => {})
    throw error
  }
}

/** Counted in the run's own ledger. */
export async function reservedIn(file: string): Promise<Reserved> {
  const ledger = sqliteLedger(file)
  try {
    const { entries } = await ledger.read('default', 0, { limit: 100_000 })
    const events = entries.flatMap(e => e.events.map(({ type }) => type))
    const count = (type: string) => events.filter(e => e === type).length
    return { granted: count('granted'), denied: count('denied'), casualties: count('lost') }
  } finally {
    await ledger.close()
  }
}
