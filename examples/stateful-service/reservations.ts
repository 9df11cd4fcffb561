import {
  createCoordinator,
  createReservationServer,
  type HealthCheck,
  reservationTower,
  safetyCheckClient,
  sqliteLedger,
} from './andon.ts'
import { authenticate, signerOf } from './people.ts'
import { FLEET } from './topology.ts'

/** The reservation server of the fleet, with its ledger in a file. */
export async function startReservations(file: string, safetyUrl: string, health: HealthCheck) {
  const safety = safetyCheckClient({ url: safetyUrl, sign: signerOf('reservations').sign, timeoutMs: 1000 })
  const ledger = sqliteLedger(file)
  const coordinator = createCoordinator({
    ledger,
    safety,
    health,
    everyMs: 250,
    policy: {
      maxOffline: { fleet: 2, region: 2, zone: 2, rack: 1 },
      maxCasualties: 2,
      // Which hosts can be away together is for the service to say: it knows where its data is.
      oneZoneAtATime: 'off',
      ttlMs: { default: 4000 },
    },
  })
  await coordinator.addHosts(FLEET, 'example')
  // The live page, at `/`, for everybody on this machine.
  const tower = reservationTower({ coordinator, role: 'anonymous' })
  const server = await createReservationServer({ coordinator, authenticate: authenticate(), routes: tower.routes })
  return {
    url: server.url,
    coordinator,
    async close() {
      tower.close()
      await server.close({ timeoutMs: 1000 })
      await coordinator.close()
      await ledger.close()
      safety.close()
    },
  }
}
