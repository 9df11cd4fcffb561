import { onTestFinished } from 'vitest'
import type { SafetyCheck } from '../../../src/core/safety-check.ts'
import { memoryLedger } from '../../../src/parts/ledger/index.ts'
import type { Principal } from '../../../src/parts/server/index.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import { type CoordinatorOptions, createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import { createReservationServer } from '../../../src/reservation/server/create-reservation-server.ts'
import { reservationTower, type TowerOptions } from '../../../src/reservation/tower/tower.ts'

export const hostOf = (zone: number, n: number) => `aws/eu-north-1/eun1-az${zone}/c1/h${zone}${n}`
export const HOSTS = [1, 2, 3].flatMap(zone =>
  Array.from({ length: 12 }, (_, i) => ({ id: hostOf(zone, i + 1), rack: `r${i + 1}` })),
)

/** A service of which the test says which hosts it needs. */
export function service() {
  const needed = new Set<string>()
  const check: SafetyCheck = {
    isSafeToReserve: async ({ requestId, host, activity, placementVersion }) => ({
      decision: needed.has(host) ? 'stop' : 'go',
      reasons: [{ code: 'placement-hurt', message: 'stripe s-17: 2 gone already, 6 left, 6 needed' }],
      subject: { place: host },
      source: 'test',
      at: Date.now(),
      evidence: { requestId, host, activity, placementVersion },
    }),
  }
  return { check, needed }
}

const TOKENS: Readonly<Record<string, Principal>> = {
  'token-of-a-reader': { id: 'reader', roles: ['read'] },
  'token-of-nobody': { id: 'nobody', roles: [] },
}

/** A server over the coordinator with its tower; `again` starts another one on the same port. */
export async function towerServer(coordinator: Coordinator, options: Partial<TowerOptions> = {}, port = 0) {
  const tower = reservationTower({ coordinator, ...options })
  const server = await createReservationServer({
    coordinator,
    routes: tower.routes,
    port,
    authenticate: async ({ headers }) => TOKENS[String(headers.authorization).replace(/^Bearer /, '')],
  })
  const close = async () => {
    tower.close()
    await server.close({ timeoutMs: 200 })
  }
  onTestFinished(close)
  return { url: server.url, port: server.port, close }
}

export async function cell(options: Partial<CoordinatorOptions> = {}) {
  const { check, needed } = service()
  const ledger = memoryLedger()
  const coordinator = createCoordinator({
    ledger,
    safety: check,
    cell: 'eu-north-1',
    everyMs: 100,
    policy: { maxOffline: { fleet: 8, region: 8, zone: 4 }, maxCasualties: 6 },
    ...options,
  })
  onTestFinished(async () => {
    await coordinator.close()
    await ledger.close()
  })
  await coordinator.addHosts(HOSTS, 'test')
  const reserve = (host: string, others: { holder?: string; reason?: string; ttlMs?: number; waitMs?: number } = {}) =>
    coordinator.reserve({ host, activity: 'restart', holder: 'deployer', reason: 'kernel 6.12', ...others })
  return { coordinator, needed, reserve }
}
