import { invalid } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import type { GroupPlan } from './group-plan.ts'
import { type OkToStopOptions, okToStop, type Refused } from './ok-to-stop.ts'
import type { PlacementIndex } from './placement-index.ts'

/** Options of `recheckGroup`. */
export interface RecheckOptions extends Pick<OkToStopOptions, 'unavailable' | 'activity' | 'tolerance'> {
  /** The names of hosts that have numbers only, by number. Default: those of the plan. */
  readonly names?: readonly PlaceId[]
}

/** Which members of a group may still go together. */
export interface Recheck {
  readonly placementVersion: number
  readonly go: readonly PlaceId[]
  /** Those that must not go with the ones before them, and why. */
  readonly refused: readonly Refused[]
}

/**
 * Looks at a group of a plan again, by a newer placement and with what is unavailable now; to be done when its members
 * are reserved. By a placement that is older than the plan's nobody may go (`stale-placement`). Still a hint only.
 */
export function recheckGroup(
  index: PlacementIndex,
  plan: GroupPlan,
  group: number,
  options: RecheckOptions = {},
): Recheck {
  const { names = plan.names, ...rest } = options
  if (names === undefined) throw invalid('names', 'the names of the hosts by number', names)
  const start = Array.from(plan.hostsIn(group), host => {
    const name = names[host]
    if (name === undefined) throw invalid('names', `a name for host ${host}`, name)
    return name
  })
  const placementVersion = index.version
  if (placementVersion < plan.placementVersion) {
    const stale = (host: PlaceId): Refused => ({ host, code: 'stale-placement', hurt: [], hurtCount: 0 })
    return { placementVersion, go: [], refused: start.map(stale) }
  }
  const { hosts, refused } = okToStop(index, { ...rest, start, candidates: [] })
  return { placementVersion, go: hosts, refused }
}
