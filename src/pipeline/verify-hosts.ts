import type { Clock } from '../core/clock.ts'
import { isAndonError } from '../core/errors.ts'
import type { PlaceId } from '../core/place.ts'
import type { DeployerRim } from './deployer-rim.ts'
import type { RunState, Verification } from './run-state.ts'

/** Hosts looked at side by side. */
const ABREAST = 16

/** Asks every host of the run what it runs, and holds that against what the run's end says it should. */
export async function lookAtHosts(deployer: DeployerRim, state: RunState, clock: Clock): Promise<Verification> {
  const expected = expectations(state)
  const hosts = Object.values(state.hosts).flatMap(list => list.map(h => h.host))
  const versions: Record<string, number> = Object.create(null)
  const unexpected: { host: PlaceId; expected: string; actual: string }[] = []
  const unknown: { host: PlaceId; message: string }[] = []
  let next = 0
  const worker = async () => {
    for (let host = hosts[next++]; host !== undefined; host = hosts[next++]) {
      try {
        const actual = await deployer.version(host)
        versions[actual] = (versions[actual] ?? 0) + 1
        const wanted = expected(host)
        if (wanted !== undefined && wanted !== actual) unexpected.push({ host, expected: wanted, actual })
      } catch (error) {
        // Anything else than the deployer's failure means that the run is being stopped.
        if (!isAndonError(error)) throw error
        unknown.push({ host, message: error.message })
      }
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, worker))
  return { at: clock.now(), versions: { ...versions }, unexpected, unknown, unsettled: deployer.unsettled() }
}

/** Released: the new version everywhere. Rolled back: what ran before on each host that was touched. Halted: nothing. */
function expectations(state: RunState): (host: PlaceId) => string | undefined {
  const { mode } = state
  if (mode.kind !== 'verifying' || mode.then === 'halted') return () => undefined
  if (mode.then === 'released') return () => state.version
  const before = new Map<PlaceId, string>()
  for (let t = state.touched; t; t = t.before) before.set(t.host, t.from)
  return host => before.get(host)
}
