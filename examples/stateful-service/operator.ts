import { createReservationClient } from './andon.ts'
import type { Fleet } from './fleet.ts'
import { signerOf } from './people.ts'
import type { ReplicaMap } from './replica-map.ts'
import { replaceHost } from './replicate.ts'
import { shortName } from './topology.ts'

const LOOK_MS = 300
/** How long it takes somebody to find out that the host is not coming back. */
const FIND_OUT_MS = 1500

export interface OperatorOptions {
  readonly url: string
  readonly fleet: Fleet
  readonly map: ReplicaMap
  readonly say: (text: string) => void
}

/**
 * Looks after casualties: asks whether the host can be called destroyed (it cannot, as long as its data is counted on),
 * has the data made whole elsewhere, and says what became of the host. Ends, with the number of them, when it is told to.
 */
export async function operate({ url, fleet, map, say }: OperatorOptions, signal: AbortSignal): Promise<number> {
  const client = createReservationClient({ url, sign: signerOf('operator') })
  const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
  const destroyed = (host: string) => client.resolve(host, 'destroyed', 'its data is whole on other hosts')
  let resolved = 0
  try {
    while (!signal.aborted) {
      await pause(LOOK_MS)
      for (const { host, cause } of await client.casualties().catch(() => [])) {
        const name = `casualty ${shortName(host)} (${cause})`
        await pause(FIND_OUT_MS)
        try {
          if (map.of(host).length > 0) {
            await destroyed(host).catch((error: Error) =>
              say(`${name} cannot be called destroyed yet: ${brief(error)}`),
            )
            await replaceHost(fleet, map, host)
            say(`${name}: its data is whole on other hosts`)
          }
          await destroyed(host)
          resolved++
          say(`${name} is resolved: destroyed`)
        } catch (error) {
          say(`${name}: ${brief(error as Error)}; again`)
        }
      }
    }
  } finally {
    await client.close()
  }
  return resolved
}

/** Every replica set that is hurt has a sentence of its own: the first ones tell enough. */
const brief = ({ message }: Error) => (message.length > 200 ? `${message.slice(0, 200)}…` : message)
