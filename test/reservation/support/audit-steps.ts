import type { Activity } from '../../../src/core/safety-check.ts'
import type { Limit, MaintenanceWindow, Policy } from '../../../src/reservation/model/policy.ts'
import { type AuditModel, offline } from './audit-model.ts'

/** The coordinator's own checks in the order in which they are promised. */
export const STEP_ORDER = ['host', 'capacity', 'limits', 'velocity', 'windows', 'zone', 'neighbours', 'cord'] as const

export type StepName = (typeof STEP_ORDER)[number]

/** Which of the checks say no to a host at a time, each recounted from the lists: nothing is carried along. */
export function refusingSteps(model: AuditModel, host: string, activity: Activity, at: number): StepName[] {
  const record = model.hosts.get(host)
  if (!record?.present) return ['host']
  return STEP_ORDER.filter(step => says[step](model, host, activity, at))
}

type Question = (model: AuditModel, host: string, activity: Activity, at: number) => boolean

const zoneOf = (host: string) => host.split('/').slice(0, 3).join('/')
const regionOf = (host: string) => host.split('/').slice(0, 2).join('/')

const says: Record<StepName, Question> = {
  host: (model, host) => model.casualties.has(host) || [...model.live.values()].some(r => r.host === host),
  capacity(model, host) {
    const { zone, region } = model.policy.minInService ?? {}
    return [
      [zone, zoneOf],
      [region, regionOf],
    ].some(([rule, of]) => {
      if (rule === undefined) return false
      const { total, away } = tally(model, h => (of as typeof zoneOf)(h) === (of as typeof zoneOf)(host))
      const needed = typeof rule === 'number' ? rule : Math.ceil((rule as { share: number }).share * total)
      return total - away - 1 < needed
    })
  },
  limits(model, host, activity) {
    const { maxOffline: off, maxCasualties = { share: 0.01 } } = model.policy
    const fleet = tally(model, () => true)
    const lost = model.casualties.size
    if (lost > 0 && lost >= most(maxCasualties, fleet.total)) return true
    if (fleet.away >= most(off.fleet ?? { share: 0.05 }, fleet.total)) return true
    const region = tally(model, h => regionOf(h) === regionOf(host))
    if (region.away >= most(off.region ?? { share: 0.1 }, region.total)) return true
    const zone = tally(model, h => zoneOf(h) === zoneOf(host))
    if (zone.away >= most(off.zone ?? { share: 0.2 }, zone.total)) return true
    const own = off[activity]
    return own !== undefined && offline(model).filter(o => o.activity === activity).length >= most(own, fleet.total)
  },
  velocity({ policy: { velocity }, grantTimes }, _host, _activity, at) {
    if (!velocity) return false
    return grantTimes.filter(t => t > at - velocity.perMs).length >= velocity.grants
  },
  windows({ policy: { windows = [] } }, host, activity, at) {
    return windows.length > 0 && !windows.some(w => isOpen(w, host, activity, at))
  },
  zone({ policy, ...model }, host) {
    const rule = policy.oneZoneAtATime ?? 'region'
    if (rule === 'off') return false
    const elsewhere = offline({ policy, ...model })
      .map(o => o.host)
      .filter(h => zoneOf(h) !== zoneOf(host))
    return elsewhere.some(h => rule === 'fleet' || regionOf(h) === regionOf(host))
  },
  neighbours(model, host) {
    const { rack, group } = model.hosts.get(host)!
    const { rack: inRack = 1, group: inGroup = 1 } = model.policy.maxOffline
    const away = offline(model).map(o => o.host)
    const racked = away.filter(h => model.hosts.get(h)!.rack === rack && zoneOf(h) === zoneOf(host))
    const grouped = away.filter(h => model.hosts.get(h)!.group === group)
    return (rack !== undefined && racked.length >= inRack) || (group !== undefined && grouped.length >= inGroup)
  },
  cord: ({ cord }) => cord !== 'released',
}

function tally(model: AuditModel, isIn: (host: string) => boolean): { total: number; away: number } {
  let total = 0
  for (const [id, { present }] of model.hosts) if (present && isIn(id)) total++
  return { total, away: offline(model).filter(o => isIn(o.host)).length }
}

const most = (limit: Limit, hosts: number) => {
  if (typeof limit === 'number') return limit
  return limit.share > 0 ? Math.max(1, Math.floor(limit.share * hosts)) : 0
}

/** Minutes ahead of UTC. Only zones that never change: what the calendar does with the others is tested elsewhere. */
const AHEAD: Record<string, number> = { UTC: 0, 'Asia/Kolkata': 330, 'Asia/Tokyo': 540 }

function isOpen(window: MaintenanceWindow, host: string, activity: Activity, at: number): boolean {
  const { activities, places, days = [1, 2, 3, 4, 5, 6, 7], timeZone = 'UTC' } = window
  if (activities && !activities.includes(activity)) return false
  if (places && !places.some(p => `${host}/`.startsWith(`${p}/`))) return false
  const minutes = Math.floor(at / 60_000) + AHEAD[timeZone]!
  const inDay = minutes % 1440
  // 1 January 1970 was a Thursday, the fourth day.
  const day = ((Math.floor(minutes / 1440) + 3) % 7) + 1
  const [from, to] = [window.from, window.to].map(t => Number(t.slice(0, 2)) * 60 + Number(t.slice(3)))
  const isDay = (d: number) => days.includes(d)
  if (from! < to!) return isDay(day) && from! <= inDay && inDay < to!
  return inDay >= from! ? isDay(day) : inDay < to! && isDay(day === 1 ? 7 : day - 1)
}

/** How long a lease may be, as the policy says it. */
export const longestLease = ({ ttlMs }: Policy): number => ttlMs?.max ?? 3_600_000
