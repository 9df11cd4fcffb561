// A small replicated key-value service on nine hosts in three zones, each a real process, and a deployment of its next
// version while clients write and read. No host is touched without a reservation; a reservation is granted only when the
// fleet can spare the host and the service itself says, by its placement, that no replica set would be hurt even if the
// host never came back. Two hosts are killed on purpose in the middle of theirs and never do: they become casualties, and
// the deployment goes on as far as is safe, until their data is whole elsewhere and an operator says so. At the end every
// key of which a write was acknowledged is read back, and the history of all reads and writes is in a file.
// Run it: node examples/stateful-service/main.ts [--fault down|slow|sick] [--seconds 40] [--history FILE]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Arguments, readArguments, USAGE } from './arguments.ts'
import { type Deployed, deploy } from './deployment.ts'
import { Fleet } from './fleet.ts'
import { healthOf } from './health.ts'
import { openHistory } from './history.ts'
import { startLoad } from './load.ts'
import { operate } from './operator.ts'
import { QuorumClient } from './quorum.ts'
import { readBack } from './read-back.ts'
import { ReplicaMap } from './replica-map.ts'
import { openSets } from './replicate.ts'
import { startReservations } from './reservations.ts'
import { startSafetyService } from './safety-service.ts'
import { FLEET, SETS, shortName } from './topology.ts'

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)))
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`)
  process.exitCode = 2
}

async function run({ fault, seconds, history: historyFile }: Arguments): Promise<number> {
  const startedAt = performance.now()
  const say = (text: string) =>
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${text}`)
  const enough = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => enough.abort())
  const folder = await mkdtemp(join(tmpdir(), 'andon-stateful-'))
  const history = openHistory(historyFile)
  const fleet = new Fleet(folder)
  const map = new ReplicaMap(SETS)
  const safety = await startSafetyService(map, fault)
  const reservations = await startReservations(join(folder, 'reservations.db'), safety.url, healthOf(fleet))
  try {
    await fleet.startAll('v1')
    await openSets(fleet, map)
    const client = new QuorumClient(fleet, map)
    const load = startLoad(client, history)
    say(`${FLEET.length} hosts, ${SETS.size} replica sets; the reservations, live: ${reservations.url}`)
    const progress = setInterval(() => {
      const { writes, reads, failed } = load.count
      say(`${writes} writes acknowledged, ${reads} reads answered, ${failed} requests failed`)
    }, 5000)
    const doneWithCasualties = new AbortController()
    // With a version that makes hosts sick, nobody but the person who stops it can do anything.
    const operator =
      fault === 'sick' ? 0 : operate({ url: reservations.url, fleet, map, say }, doneWithCasualties.signal)
    const clock = setTimeout(() => enough.abort(), seconds * 1000)
    const deployed = await deploy({
      url: reservations.url,
      fleet,
      map,
      version: fault === 'sick' ? 'sick' : 'v2',
      doomed: fault
        ? new Map()
        : new Map([
            [FLEET[1]!.id, 'silently'],
            [FLEET[5]!.id, 'seen'],
          ]),
      say,
      signal: enough.signal,
    })
    clearTimeout(clock)
    const settled = async () => (await reservations.coordinator.status()).casualties.length === 0
    // One that died last is a casualty only when its lease has ended.
    if (fault === undefined) await until(settled, 15_000)
    doneWithCasualties.abort()
    const resolved = await operator
    clearInterval(progress)
    await load.end()
    const { casualties } = await reservations.coordinator.status()
    say('the clients have ended; every acknowledged key is read back')
    const lost = await readBack(client, load.acknowledged, history)
    conclude({ deployed, casualties: casualties.length, resolved, load, lost, historyFile })
    return lost.length === 0 && load.count.backward === 0 ? 0 : 1
  } finally {
    await fleet.close()
    await reservations.close()
    safety.close()
    await history.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function until(met: () => Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (!(await met()) && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 200))
}

function conclude(run: {
  readonly deployed: Deployed
  readonly casualties: number
  readonly resolved: number
  readonly load: ReturnType<typeof startLoad>
  readonly lost: readonly string[]
  readonly historyFile: string
}): void {
  const { deployed, casualties, resolved, load, lost, historyFile } = run
  const { writes, reads, failed, backward } = load.count
  const keys = load.acknowledged.size
  const denials = [...deployed.denials].map(([code, times]) => `${code} ${times}`).join(', ') || 'none'
  const gone = deployed.lost.map(shortName).join(', ') || 'none'
  console.log(
    [
      '',
      `hosts deployed: ${deployed.hosts.length} of ${FLEET.length}; lost on the way: ${gone}`,
      `casualties: ${resolved} resolved, ${casualties} open`,
      `denials: ${denials}`,
      `requests: ${writes} writes acknowledged, ${reads} reads answered, ${failed} failed, ${backward} read something older`,
      `keys written: ${keys}, read back: ${keys - lost.length}, lost: ${lost.length}${lost.length > 0 ? ` (${lost.slice(0, 10).join(', ')})` : ''}`,
      `history: ${historyFile}`,
    ].join('\n'),
  )
}
