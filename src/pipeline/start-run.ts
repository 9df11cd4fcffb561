import type { Clock } from '../core/clock.ts'
import { AndonError } from '../core/errors.ts'
import type { DeployerRim } from './deployer-rim.ts'
import type { Plan } from './plan.ts'
import { planHash } from './plan-hash.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'
import { planRegions } from './transition.ts'

/** What a run begins with, as far as the journal does not have it yet. Everything is looked at before anything is recorded. */
export async function startEvents(start: {
  readonly plan: Plan
  readonly run: string
  readonly version: string
  readonly deployer: DeployerRim
  readonly clock: Clock
  readonly state: RunState | undefined
}): Promise<RunEvent[]> {
  const { plan, run, version, deployer, clock, state } = start
  const missing = planRegions(plan).filter(place => state?.hosts[place] === undefined)
  const listed = []
  for (const place of missing) listed.push({ place, hosts: await deployer.hosts(place) })
  const events: RunEvent[] = []
  if (!state) {
    const previousVersion = await versionBefore(
      deployer,
      listed.map(l => l.hosts.map(h => h.host)),
      version,
    )
    events.push({
      type: 'run-started',
      at: clock.now(),
      run,
      version,
      ...(previousVersion === undefined ? {} : { previousVersion }),
      planHash: planHash(plan),
      plan,
    })
  }
  for (const { place, hosts } of listed) events.push({ type: 'hosts-listed', at: clock.now(), place, hosts })
  return events
}

/** What runs before. A version that every host has already is no release; only then are all of them asked. */
async function versionBefore(
  deployer: DeployerRim,
  regions: readonly (readonly string[])[],
  version: string,
): Promise<string | undefined> {
  const sample = regions.flatMap(hosts => [hosts[0], hosts.at(-1)]).filter(host => host !== undefined)
  const ask = async (hosts: readonly string[]) => {
    for (const host of hosts) {
      const found = await deployer.version(host)
      if (found !== version) return found
    }
    return undefined
  }
  const other = (await ask(sample)) ?? (await ask(regions.flat()))
  if (other === undefined && sample.length > 0) {
    throw new AndonError(
      'same-version',
      `version: expected another one than what runs now, got ${version}, which every host runs already`,
    )
  }
  return other
}
