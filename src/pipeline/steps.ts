import type { HostInfo } from '../core/deployer.ts'
import { type PlaceId, placeAt } from '../core/place.ts'
import type { CheckStage, GatePolicy, Plan, RegionPlan, RolloutStage } from './plan.ts'
import type { Step, Touched, Track } from './run-state.ts'

/** At most this share of a place at once, never more than the plan's most, but always one host. */
export const windowOf = (plan: Plan, share: number, hosts: number): number =>
  Math.max(1, Math.min(plan.policy.maxInFlight, Math.floor(share * hosts + 1e-9)))

/** A track before its first phase; `enter` brings it to life. */
const track = (action: Track['action'], name: string, steps: readonly Step[]): Track => ({
  action,
  name,
  steps,
  step: 0,
  phase: 'before',
  epoch: 0,
  enteredAt: 0,
  since: 0,
  open: false,
  openUntil: Number.POSITIVE_INFINITY,
  firstEpoch: 0,
  next: 0,
  again: [],
  inFlight: [],
  decisions: {},
  waiting: {},
})

/** The tracks of a stage: one a region; a check stage is one track with one step and no hosts. */
export function stageTracks(
  plan: Plan,
  stage: CheckStage | RolloutStage,
  hosts: Readonly<Record<PlaceId, readonly HostInfo[]>>,
): Track[] {
  if (stage.kind === 'rollout')
    return stage.regions.map(r => track('deploy', r.place, regionSteps(plan, r, hosts[r.place] ?? [])))
  const step: Step = {
    kind: 'check',
    name: stage.name,
    place: undefined,
    hosts: [],
    to: undefined,
    window: 1,
    bake: null,
    policies: stage.gates,
  }
  return [track('deploy', stage.name, [step])]
}

function regionSteps(plan: Plan, region: RegionPlan, listed: readonly HostInfo[]): Step[] {
  const watchers = [...plan.watch, ...region.gates]
  const validators = listed.filter(h => h.role === 'validator').map(h => h.host)
  const zones = new Map<PlaceId, PlaceId[]>()
  for (const { host, role } of listed) {
    if (role === 'validator') continue
    const zone = placeAt(host, 'zone')!
    const known = zones.get(zone)
    if (known) known.push(host)
    else zones.set(zone, [host])
  }
  const steps: Step[] = [
    {
      kind: 'validator',
      name: 'validator',
      place: validators.length === 1 ? validators[0] : region.place,
      hosts: validators,
      to: undefined,
      window: windowOf(plan, region.share, validators.length),
      bake: region.validator.bake,
      policies: unique([...region.validator.gates, ...watchers]),
    },
  ]
  const policies = unique(watchers)
  let box = region.oneBox
  for (const [zone, all] of zones) {
    let hosts = all
    if (box) {
      steps.push({
        kind: 'one-box',
        name: 'one box',
        place: all[0],
        hosts: all.slice(0, 1),
        to: undefined,
        window: 1,
        bake: box.bake,
        policies,
      })
      hosts = all.slice(1)
      box = null
    }
    if (hosts.length === 0) continue
    const name = zone.slice(zone.lastIndexOf('/') + 1)
    steps.push({
      kind: 'zone',
      name,
      place: zone,
      hosts,
      to: undefined,
      window: windowOf(plan, region.share, all.length),
      bake: region.bake,
      policies,
    })
  }
  return steps
}

const STRICTER = { skip: 0, halt: 1, rollback: 2 } as const

/** A gate that is named twice is asked once, by the stricter of its policies: the one that does more, the sooner one. */
function unique(policies: readonly GatePolicy[]): GatePolicy[] {
  const known = new Map<string, GatePolicy>()
  for (const policy of policies) {
    const other = known.get(policy.gate)
    if (!other) {
      known.set(policy.gate, policy)
      continue
    }
    const onStop = STRICTER[policy.onStop] > STRICTER[other.onStop] ? policy.onStop : other.onStop
    const sooner = policy.onWait.deadlineMs < other.onWait.deadlineMs ? policy.onWait : other.onWait
    known.set(policy.gate, { gate: policy.gate, onStop, onWait: sooner })
  }
  return [...known.values()]
}

/**
 * The way back: what was touched last goes back first. One group of tracks per stage, newest stage first; in a group
 * the regions go side by side, as they went out, and in each region one zone after the other, newest first.
 */
export function rollbackGroups(plan: Plan, touched: Touched | null): Track[][] {
  const stageOf = new Map<PlaceId, number>()
  // Never slower than it went out.
  const shareOf = new Map<PlaceId, number>()
  for (const [i, stage] of plan.stages.entries()) {
    if (stage.kind === 'rollout')
      for (const region of stage.regions) {
        stageOf.set(region.place, i)
        shareOf.set(region.place, region.share)
      }
  }
  // Newest first; a host that was touched twice keeps its first place, and its oldest version.
  const versions = new Map<PlaceId, string>()
  for (let t = touched; t; t = t.before) versions.set(t.host, t.from)
  const groups = new Map<number, Map<PlaceId, Map<PlaceId, PlaceId[]>>>()
  for (const host of versions.keys()) {
    const region = placeAt(host, 'region')!
    const regions = getOr(groups, stageOf.get(region) ?? 0, () => new Map())
    const zones = getOr(regions, region, () => new Map())
    getOr(zones, placeAt(host, 'zone')!, () => [] as PlaceId[]).push(host)
  }
  return [...groups.entries()]
    .sort(([a], [b]) => b - a)
    .map(([, regions]) =>
      [...regions].map(([region, zones]) =>
        track(
          'rollback',
          region,
          [...zones].map(([zone, hosts]) => ({
            kind: 'rollback',
            name: zone.slice(zone.lastIndexOf('/') + 1),
            place: zone,
            hosts,
            to: hosts.map(h => versions.get(h)!),
            window: windowOf(plan, Math.max(plan.policy.rollback.share, shareOf.get(region) ?? 0), hosts.length),
            bake: null,
            policies: [],
          })),
        ),
      ),
    )
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
