import { onTestFinished } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { SafetyCheck, SafetyRequest } from '../../../src/core/safety-check.ts'
import type { Decision, Verdict } from '../../../src/core/verdict.ts'
import { type VirtualClock, virtualClock } from '../../../src/core/virtual-clock.ts'
import { type Ledger, memoryLedger } from '../../../src/parts/ledger/index.ts'
import type { Coordinator, ReserveRequest } from '../../../src/reservation/coordinator/coordinator.ts'
import { type CoordinatorOptions, createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'

/** Host `n` of zone `az`, with two to a rack. */
export const hostId = (zone: number, n: number): string => `aws/us-east-1/use1-az${zone}/-/h${n}`

/** So many hosts in each of so many zones. */
export const fleetOf = (zones: number, hosts: number): HostRecord[] =>
  Array.from({ length: zones * hosts }, (_, i) => {
    const [zone, n] = [Math.floor(i / hosts) + 1, i % hosts]
    return { id: hostId(zone, n), rack: `r${n >> 1}` }
  })

/** An answer as a service gives it. */
export function answer(
  request: SafetyRequest,
  decision: Decision,
  more: Partial<Verdict> & { version?: number } = {},
): Verdict {
  const { version = 1, evidence, ...rest } = more
  const { requestId, host, activity } = request
  return {
    decision,
    reasons: decision === 'go' ? [] : [{ code: 'placement-hurt', message: 'stripe s1 would be hurt' }],
    subject: { place: host },
    source: 'service',
    at: 0,
    evidence: { requestId, host, activity, placementVersion: version, ...(evidence as object) },
    ...rest,
  }
}

/** A service that says go, or whatever `says` makes of the question; and keeps what it was asked. */
export function service(
  says: (request: SafetyRequest) => unknown = r => answer(r, 'go'),
): SafetyCheck & { asked: SafetyRequest[] } {
  const asked: SafetyRequest[] = []
  return {
    asked,
    async isSafeToReserve(request) {
      asked.push(request)
      return (await says(request)) as Verdict
    },
  }
}

export interface TestCell {
  readonly coordinator: Coordinator
  readonly ledger: Ledger
  readonly clock: VirtualClock
  readonly safety: ReturnType<typeof service>
  /** Another coordinator of the same cell. */
  readonly another: (more?: Partial<CoordinatorOptions>) => Coordinator
  /** Asks for a host with what most tests do not care about filled in. */
  readonly reserve: (more?: Partial<ReserveRequest>, by?: Coordinator) => ReturnType<Coordinator['reserve']>
}

/** A cell of three zones of ten hosts each, generous unless told otherwise. */
export async function cell(more: Partial<CoordinatorOptions> & { hosts?: HostRecord[] } = {}): Promise<TestCell> {
  const { hosts = fleetOf(3, 10), ...options } = more
  const clock = virtualClock(Date.UTC(2026, 0, 5))
  const ledger = options.ledger ?? memoryLedger({ clock })
  const safety = service()
  const another = (again: Partial<CoordinatorOptions> = {}) => {
    const made = createCoordinator({
      ledger,
      safety,
      clock,
      random: seededRandom(seeds++),
      policy: { maxOffline: { fleet: 30, region: 30, zone: 10, rack: 2 }, oneZoneAtATime: 'off', maxCasualties: 30 },
      ...options,
      ...again,
    })
    onTestFinished(() => made.close())
    return made
  }
  const coordinator = another()
  await coordinator.addHosts(hosts, 'test')
  const wish = { host: hostId(1, 0), activity: 'restart', holder: 'ann', reason: 'kernel' } as const
  return {
    coordinator,
    ledger,
    clock,
    safety: (options.safety as ReturnType<typeof service>) ?? safety,
    another,
    reserve: (change = {}, by = coordinator) => by.reserve({ ...wish, ...change }),
  }
}

let seeds = 1
