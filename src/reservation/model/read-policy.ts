import { describe, invalid, literalOption, numberOption, wholeOption } from '../../core/options.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Limit, MaintenanceWindow, Policy } from './policy.ts'

export const ACTIVITIES: readonly Activity[] = ['restart', 'long-offline', 'destroy']

/** A window with everything that it leaves out. Times are minutes of the day. */
export interface ReadWindow {
  readonly activities: readonly Activity[]
  readonly places: readonly string[] | undefined
  readonly days: readonly number[]
  readonly from: number
  readonly to: number
  readonly timeZone: string
}

/** A policy with everything that it leaves out. */
export interface ReadPolicy {
  readonly fleet: Limit
  readonly region: Limit
  readonly zone: Limit
  readonly rack: number
  readonly group: number
  readonly activity: { readonly [A in Activity]?: Limit }
  readonly inService: { readonly region?: Limit; readonly zone?: Limit }
  readonly velocity: { readonly grants: number; readonly perMs: number } | undefined
  readonly windows: readonly ReadWindow[]
  readonly oneZoneAtATime: 'region' | 'fleet' | 'off'
  readonly maxCasualties: Limit
  readonly ttlMs: { readonly default: number; readonly max: number }
}

/** A policy as it has to be, or `invalid-option` that names the first wrong field. */
export function readPolicy(policy: Policy): ReadPolicy {
  const { maxOffline, minInService, velocity, windows, oneZoneAtATime, maxCasualties, ttlMs } = fields(
    'policy',
    policy,
    ['maxOffline', 'minInService', 'velocity', 'windows', 'oneZoneAtATime', 'maxCasualties', 'ttlMs'],
  ) as Partial<Policy>
  const off = fields('policy.maxOffline', maxOffline, [
    'fleet',
    'region',
    'zone',
    'rack',
    'group',
    ...ACTIVITIES,
  ]) as Policy['maxOffline']
  const inService = fields('policy.minInService', minInService ?? {}, ['region', 'zone'])
  const ttl = fields('policy.ttlMs', ttlMs ?? {}, ['default', 'max']) as NonNullable<Policy['ttlMs']>
  const max = numberOption('policy.ttlMs.max', ttl.max ?? 3_600_000, 1)
  const limit = (name: string, value: unknown, otherwise: Limit) => limitOf(`policy.${name}`, value ?? otherwise)
  if (windows !== undefined && !Array.isArray(windows)) throw invalid('policy.windows', 'a list of windows', windows)
  return {
    fleet: limit('maxOffline.fleet', off.fleet, { share: 0.05 }),
    region: limit('maxOffline.region', off.region, { share: 0.1 }),
    zone: limit('maxOffline.zone', off.zone, { share: 0.2 }),
    rack: wholeOption('policy.maxOffline.rack', off.rack ?? 1, 1),
    group: wholeOption('policy.maxOffline.group', off.group ?? 1, 1),
    activity: eachLimit('policy.maxOffline', off as Record<string, unknown>, ACTIVITIES),
    inService: eachLimit('policy.minInService', inService, ['region', 'zone']),
    velocity: velocity === undefined ? undefined : velocityOf(velocity),
    windows: (windows ?? []).map((w, i) => windowOf(`policy.windows[${i}]`, w)),
    oneZoneAtATime: literalOption('policy.oneZoneAtATime', oneZoneAtATime ?? 'region', ['region', 'fleet', 'off']),
    maxCasualties: limit('maxCasualties', maxCasualties, { share: 0.01 }),
    ttlMs: { default: numberOption('policy.ttlMs.default', ttl.default ?? Math.min(60_000, max), 1, max), max },
  }
}

/** How many a limit is, of so many hosts. */
export function limitFor(limit: Limit, hosts: number): number {
  if (typeof limit === 'number') return limit
  // A share of nothing is nothing; any other leaves room for one.
  return limit.share === 0 ? 0 : Math.max(1, Math.floor(limit.share * hosts))
}

/** How many have to stay, of so many: a share is rounded up. */
export function minimumFor(limit: Limit, hosts: number): number {
  return typeof limit === 'number' ? limit : Math.ceil(limit.share * hosts)
}

function fields(name: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'an object', value)
  const strange = Object.keys(value).find(k => !known.includes(k))
  // A misspelt limit would be no limit.
  if (strange !== undefined)
    throw invalid(`${name}.${strange}`, `one of ${known.join(', ')}`, (value as Record<string, unknown>)[strange])
  const empty = Object.keys(value).find(k => (value as Record<string, unknown>)[k] === null)
  if (empty !== undefined) throw invalid(`${name}.${empty}`, 'something, or that it is left out', null)
  return value as Record<string, unknown>
}

function limitOf(field: string, value: unknown): Limit {
  if (typeof value === 'number') return wholeOption(field, value, 0)
  if (typeof value !== 'object' || value === null) throw invalid(field, 'a number of hosts or { share }', value)
  const { share } = fields(field, value, ['share'])
  return { share: numberOption(`${field}.share`, share, 0, 1) }
}

function eachLimit<K extends string>(
  field: string,
  given: Record<string, unknown>,
  names: readonly K[],
): { [name in K]?: Limit } {
  const there = names.filter(n => given[n] !== undefined)
  return Object.fromEntries(there.map(n => [n, limitOf(`${field}.${n}`, given[n])])) as { [name in K]?: Limit }
}

function velocityOf(value: unknown): { grants: number; perMs: number } {
  const { grants, perMs } = fields('policy.velocity', value, ['grants', 'perMs'])
  return {
    grants: wholeOption('policy.velocity.grants', grants, 1, 100_000),
    perMs: numberOption('policy.velocity.perMs', perMs, 1),
  }
}

function windowOf(field: string, value: unknown): ReadWindow {
  const w = fields(field, value, [
    'activities',
    'places',
    'days',
    'from',
    'to',
    'timeZone',
  ]) as Partial<MaintenanceWindow>
  const { activities = ACTIVITIES, places, days = [1, 2, 3, 4, 5, 6, 7], timeZone = 'UTC' } = w
  for (const [name, list] of Object.entries({ activities, places: places ?? [], days }))
    if (!Array.isArray(list)) throw invalid(`${field}.${name}`, 'a list', list)
  for (const place of places ?? []) if (typeof place !== 'string') throw invalid(`${field}.places`, 'place ids', place)
  return {
    activities: activities.map(a => literalOption(`${field}.activities`, a, ACTIVITIES)),
    places,
    days: days.map(d => wholeOption(`${field}.days`, d, 1, 7)),
    from: minutesOf(`${field}.from`, w.from),
    to: minutesOf(`${field}.to`, w.to),
    timeZone: zoneOf(`${field}.timeZone`, timeZone),
  }
}

function minutesOf(field: string, value: unknown): number {
  const match = typeof value === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) : null
  if (!match) throw invalid(field, 'a time such as 22:30', value)
  return Number(match[1]) * 60 + Number(match[2])
}

function zoneOf(field: string, value: unknown): string {
  try {
    if (typeof value !== 'string') throw new TypeError(describe(value))
    new Intl.DateTimeFormat('en', { timeZone: value })
    return value
  } catch {
    throw invalid(field, 'an IANA time zone such as Europe/Stockholm', value)
  }
}
