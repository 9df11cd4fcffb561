import { invalid, literalOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'
import { goneOf, type HurtStripe, hurtAmong } from './hurt-by.ts'
import type { PlacementIndex } from './placement-index.ts'
import type { Tolerance } from './stripe.ts'
import { ACTIVITIES, readTolerance } from './tolerance.ts'

/** Options of `okToStop`. */
export interface OkToStopOptions {
  /** Hosts that have to be among them. */
  readonly start: readonly PlaceId[]
  /** The most hosts in all. Default: as many as there are to start with. */
  readonly max?: number
  /** Hosts to add from, the preferred ones first. Default: all that the index knows, in its order. */
  readonly candidates?: Iterable<PlaceId>
  /** Hosts that are gone already; they are never added. */
  readonly unavailable?: readonly { readonly host: PlaceId }[]
  /** Default `restart`. */
  readonly activity?: Activity
  /** As for `placementSafety`. */
  readonly tolerance?: Tolerance
}

/** A host that cannot go together with the ones before it. */
export interface Refused {
  readonly host: PlaceId
  readonly code: 'unknown-host' | 'unavailable' | 'placement-hurt' | 'stale-placement'
  /** The stripes that it would hurt, the first 100 of them. */
  readonly hurt: readonly HurtStripe[]
  readonly hurtCount: number
}

/** What may go at once, as far as this placement says. */
export interface OkToStop {
  readonly placementVersion: number
  /** Whether all of the hosts to start with may. */
  readonly ok: boolean
  /** Those to start with that may, and what was added. */
  readonly hosts: readonly PlaceId[]
  /** Those to start with that may not. */
  readonly refused: readonly Refused[]
}

/**
 * Grows a group of hosts that may be gone at once, none of their stripes beyond its tolerance, the hosts that are gone
 * already counted. The candidates are tried in their order and each one that fits stays, so that nothing more can be
 * added at the end; another order may make a larger group. Nothing is added unless all hosts to start with may go. A
 * hint, never a permission: ask the service again for each host.
 */
export function okToStop(index: PlacementIndex, options: OkToStopOptions): OkToStop {
  const { start, unavailable = [], activity = 'restart' } = options
  if (!Array.isArray(start)) throw invalid('start', 'a list of hosts', start)
  const max = wholeOption('max', options.max ?? start.length, 0)
  literalOption('activity', activity, ACTIVITIES)
  const tolerance = readTolerance(options.tolerance)
  const gone = goneOf(index, unavailable)
  const awayAlready = new Set(unavailable.map(one => one.host))
  const hosts = new Set<PlaceId>()
  const refuse = (host: PlaceId): Refused | undefined => {
    const no = (code: Refused['code']): Refused => ({ host, code, hurt: [], hurtCount: 0 })
    if (awayAlready.has(host)) return no('unavailable')
    const number = index.numberOf.get(host)
    if (number === undefined) return no('unknown-host')
    // Every stripe of those before stays as it was, but for the ones that this host is in: looking at these is enough.
    const { count, stripes } = hurtAmong(index, number, activity, gone, tolerance)
    if (count > 0) return { host, code: 'placement-hurt', hurt: stripes, hurtCount: count }
    gone.add(number)
    hosts.add(host)
    return undefined
  }
  const refused = [...new Set(start)].flatMap(host => refuse(host) ?? [])
  const ok = refused.length === 0
  for (const host of ok ? (options.candidates ?? index.hosts) : []) {
    if (hosts.size >= max) break
    if (!hosts.has(host)) refuse(host)
  }
  return { placementVersion: index.version, ok, hosts: [...hosts], refused }
}
