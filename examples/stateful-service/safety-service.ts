import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { placementSafety, safetyCheckHandler } from './andon.ts'
import type { Fault } from './arguments.ts'
import { authenticate } from './people.ts'
import type { ReplicaMap } from './replica-map.ts'

/** How long a service that is too slow takes for an answer. */
const SLOW_MS = 5000

/** What the service has to implement for reservations, served over HTTP. */
export async function startSafetyService(map: ReplicaMap, fault: Fault | undefined) {
  const check = placementSafety({
    placement: async () => {
      if (fault === 'slow') await new Promise(resolve => setTimeout(resolve, SLOW_MS).unref())
      return map.placement()
    },
    source: 'replicas',
  })
  const server = createServer(safetyCheckHandler(check, { authenticate: authenticate() }).node())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  // Nobody listens there any more.
  if (fault === 'down') close()
  return { url: `http://127.0.0.1:${port}`, close }
}
