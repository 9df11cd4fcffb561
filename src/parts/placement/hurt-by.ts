import type { PlaceId } from '../../core/place.ts'
import type { Activity, SafetyRequest } from '../../core/safety-check.ts'
import type { PlacementIndex } from './placement-index.ts'
import type { Tolerance } from './stripe.ts'
import { ACTIVITIES, DEFAULT_TOLERANCE } from './tolerance.ts'

/** A stripe that would have more members gone than it may. */
export interface HurtStripe {
  readonly stripe: string
  /** Who else is gone: unavailable, or without its data yet. */
  readonly gone: readonly PlaceId[]
  /** How many members would be left, and how many the stripe cannot do without. */
  readonly left: number
  readonly needed: number
  /** How many may be gone at once, this host included. */
  readonly allowed: number
}

/** All that would be hurt is counted, and the first of it described. */
export interface Hurt {
  readonly count: number
  readonly stripes: readonly HurtStripe[]
}

/** How many hurt stripes are named. */
export const NAMED = 100

/**
 * What is hurt if the host of the request never comes back, where no unavailable host and no member that is being
 * rebuilt ever does either. Stripes that the host is not in are not looked at. A host that the index does not know is in
 * none.
 */
export function hurtBy(
  index: PlacementIndex,
  request: Pick<SafetyRequest, 'host' | 'activity' | 'unavailable'>,
  tolerance: Tolerance = {},
): Hurt {
  const host = index.numberOf.get(request.host)
  if (host === undefined) return { count: 0, stripes: [] }
  const gone = goneOf(index, request.unavailable)
  return hurtAmong(index, host, request.activity, gone, tolerance)
}

/** The numbers of the hosts that are gone; those that the index does not know are in no stripe. */
export function goneOf(index: PlacementIndex, unavailable: Iterable<{ readonly host: PlaceId }>): Set<number> {
  const gone = new Set<number>()
  for (const { host } of unavailable) {
    const number = index.numberOf.get(host)
    if (number !== undefined) gone.add(number)
  }
  return gone
}

/** The same question by numbers. */
export function hurtAmong(
  index: PlacementIndex,
  host: number,
  activity: Activity,
  gone: ReadonlySet<number>,
  tolerance: Tolerance,
): Hurt {
  const { hostStart, hostStripes, memberStart, members, rebuilding } = index
  const stripes: HurtStripe[] = []
  let count = 0
  // One look into an array a member: sets would cost more than all the rest.
  const marks = index.marks
  for (const number of gone) marks[number] = 1
  for (let i = hostStart[host]!, last = hostStart[host + 1]!; i < last; i++) {
    const stripe = hostStripes[i]!
    const [from, end] = [memberStart[stripe]!, memberStart[stripe + 1]!]
    let away = 1
    for (let j = from; j < end; j++)
      if (members[j] !== host && (rebuilding[j] === 1 || marks[members[j]!] === 1)) away++
    const allowed = allowedIn(index, stripe, activity, tolerance)
    if (away <= allowed) continue
    if (count++ >= NAMED) continue
    const others: PlaceId[] = []
    for (let j = from; j < end; j++) {
      const member = members[j]!
      if (member !== host && (rebuilding[j] === 1 || gone.has(member))) others.push(index.hosts[member]!)
    }
    const left = end - from - away
    stripes.push({ stripe: index.stripes[stripe]!, gone: others, left, needed: index.needed[stripe]!, allowed })
  }
  for (const number of gone) marks[number] = 0
  return { count, stripes }
}

/** Never more than what leaves the stripe readable and writable, whatever is configured. */
export function allowedIn(index: PlacementIndex, stripe: number, activity: Activity, tolerance: Tolerance): number {
  const own = index.own[stripe * 3 + ACTIVITIES.indexOf(activity)]!
  const most = index.most[stripe]!
  const wanted = own >= 0 ? own : (tolerance[activity] ?? DEFAULT_TOLERANCE[activity])
  const spare = index.memberStart[stripe + 1]! - index.memberStart[stripe]! - index.needed[stripe]!
  return Math.min(wanted, spare, most >= 0 ? most : spare)
}
