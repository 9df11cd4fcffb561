import { createReservationClient, type Held, isAndonError, type ReservationClient } from './andon.ts'
import type { Fleet } from './fleet.ts'
import { signerOf } from './people.ts'
import type { ReplicaMap } from './replica-map.ts'
import { catchUp } from './replicate.ts'
import { FLEET, shortName } from './topology.ts'

export interface DeploymentOptions {
  readonly url: string
  readonly fleet: Fleet
  readonly map: ReplicaMap
  /** The version to deploy. */
  readonly version: string
  /** Hosts that are going to die in the middle of their reservation, and how. */
  readonly doomed: ReadonlyMap<string, 'silently' | 'seen'>
  readonly say: (text: string) => void
  /** Ends it: what has been begun is finished, nothing more is begun. */
  readonly signal: AbortSignal
}

export interface Deployed {
  readonly hosts: string[]
  readonly lost: string[]
  /** How often each reason was given for a denial. */
  readonly denials: Map<string, number>
}

/** How many hosts are asked for at a time. How many are granted is not decided here. */
const AT_A_TIME = 3
const WAIT_MS = 400
/** Whether the server did it is not known: asked again by the same key, it says. */
const AGAIN = ['reservation-uncertain', 'reservation-unreachable']

/** Brings the new version to one host after the other, each by a reservation of its own. */
export async function deploy(options: DeploymentOptions): Promise<Deployed> {
  const { signal } = options
  const result: Deployed = { hosts: [], lost: [], denials: new Map() }
  const waiting = FLEET.map(({ id }) => id)
  const worker = async () => {
    for (let host = waiting.shift(); host !== undefined && !signal.aborted; host = waiting.shift()) {
      // A client for each host, as if it were an agent that lives and dies there.
      const client = createReservationClient({ url: options.url, sign: signerOf('deployer') })
      try {
        const held = await reserved(client, host, options, result.denials)
        if (held) await deployTo(held, client, options, result)
      } catch (error) {
        options.say(`${shortName(host)} ${(error as Error).message}`)
      } finally {
        await client.close()
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return result
}

/** Asks until the host is granted; undefined when the deployment has to end before. */
async function reserved(
  client: ReservationClient,
  host: string,
  { version, say, signal }: DeploymentOptions,
  denials: Deployed['denials'],
): Promise<Held | undefined> {
  let last = ''
  const reason = `deploy ${version}`
  // One key for one wish: asked again by it, the place in line is still there.
  const request = { host, activity: 'restart', reason, key: `${reason} to ${host}`, waitMs: WAIT_MS } as const
  while (!signal.aborted) {
    const answer = await client.tryReserve(request).catch((error: Error) => {
      if (!AGAIN.some(code => isAndonError(error, code))) throw error
      return { granted: false as const, step: 'server', reasons: [{ code: 'no-answer', message: error.message }] }
    })
    if (answer.granted) return answer.held
    const { code, message } = answer.reasons[0]!
    denials.set(code, (denials.get(code) ?? 0) + 1)
    if (code !== last) say(`${shortName(host)} denied (${answer.step}) ${code}: ${message}`)
    last = code
    await new Promise(resolve => setTimeout(resolve, WAIT_MS))
  }
  return undefined
}

async function deployTo(
  held: Held,
  client: ReservationClient,
  { fleet, map, version, doomed, say }: DeploymentOptions,
  { hosts, lost }: Deployed,
): Promise<void> {
  const { host } = held
  const name = shortName(host)
  say(`${name} granted, token ${held.token}`)
  await held.advance('preparing')
  await fleet.ask(host, 'POST', '/drain')
  await held.advance('approved')
  await held.advance('executing')
  const end = doomed.get(host)
  if (end) {
    await fleet.stop(host, 'SIGKILL')
    lost.push(host)
    say(`${name} is killed, and never comes back${end === 'seen' ? '; its deployer gives it up' : ''}`)
    if (end === 'seen') await held.release({ outcome: 'failed', reason: 'the host does not answer any more' })
    // Its agent died with it: nobody renews the lease.
    return client.close()
  }
  await fleet.stop(host)
  await fleet.start(host, version)
  await held.advance('restoring')
  await catchUp(fleet, map, host)
  const ended = await held.release({ outcome: 'healthy', waitMs: 3000 })
  if (ended.state === 'completed') {
    hosts.push(host)
    return say(`${name} runs ${version}`)
  }
  lost.push(host)
  say(`${name} is not healthy with ${version}: ${ended.state}; it is given up`)
  await held.release({ outcome: 'failed', reason: `it is not healthy with ${version}` })
}
