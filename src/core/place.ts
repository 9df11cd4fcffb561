import { AndonError } from './errors.ts'
import { describe } from './options.ts'

/**
 * Where something is, from the largest to the smallest: `partition/region/zone/cell/host`, cut off anywhere, as in
 * `aws/us-east-1`, `aws/us-east-1/use1-az2` or `aws/us-east-1/use1-az2/c7/h259`. A place below a zone that is in no
 * cell writes `-` for it. A zone is always an availability zone, by its id, which means the same in every account.
 */
export type PlaceId = string

/** A place taken apart. `domains` are groupings that are not on the path: rack, power, firmware, version. */
export interface Place {
  readonly partition: string
  readonly region?: string
  readonly zone?: string
  readonly cell?: string
  readonly host?: string
  readonly domains?: Readonly<Record<string, string>>
}

/** How much of the path a place has. */
export type PlaceLevel = 'partition' | 'region' | 'zone' | 'cell' | 'host'

const LEVELS: readonly PlaceLevel[] = ['partition', 'region', 'zone', 'cell', 'host']
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/

/** Takes a place id apart. Throws `invalid-place` that tells which part is wrong. */
export function parsePlace(id: PlaceId): Place {
  const bad = (why: string) =>
    new AndonError('invalid-place', `place: expected partition/region/zone/cell/host, got ${describe(id)} (${why})`)
  if (typeof id !== 'string') throw bad('not a string')
  const parts = id.split('/')
  if (parts.length > LEVELS.length) throw bad(`${parts.length} parts, at most 5`)
  const place: Partial<Record<PlaceLevel, string>> = {}
  for (const [i, part] of parts.entries()) {
    const level = LEVELS[i]!
    // A dash stands for the cell that a host is not in; a path does not end with one.
    const noCell = level === 'cell' && part === '-' && parts.length === LEVELS.length
    if (!noCell && !SEGMENT.test(part)) throw bad(`${level} ${describe(part)}`)
    if (!noCell) place[level] = part
  }
  return place as Place
}

/** The text form of a place. Throws `invalid-place` for a gap in the path (a zone without its region). */
export function formatPlace(place: Place): PlaceId {
  const parts: string[] = []
  let missing: PlaceLevel | undefined
  for (const level of LEVELS) {
    const part = place[level]
    if (part === undefined) {
      missing ??= level === 'cell' && place.host !== undefined ? undefined : level
      if (missing === undefined) parts.push('-')
    } else if (missing !== undefined) {
      throw new AndonError('invalid-place', `place: has a ${level} (${part}) but no ${missing}`)
    } else if (part.includes('/')) {
      throw new AndonError('invalid-place', `place: ${level}: expected a name without a slash, got ${describe(part)}`)
    } else {
      parts.push(part)
    }
  }
  const id = parts.join('/')
  parsePlace(id)
  return id
}

/** The most specific level that the place names. */
export function placeLevel(id: PlaceId): PlaceLevel {
  return LEVELS[id.split('/').length - 1] ?? 'host'
}

/** The place cut off at a level: `placeAt('aws/us-east-1/use1-az2/-/h1', 'zone')` is `aws/us-east-1/use1-az2`; undefined when it does not reach that far. */
export function placeAt(id: PlaceId, level: PlaceLevel): PlaceId | undefined {
  const parts = id.split('/')
  const wanted = LEVELS.indexOf(level) + 1
  if (parts.length < wanted || parts[wanted - 1] === '-') return undefined
  return parts.slice(0, wanted).join('/')
}

/** Whether `inner` is `outer` or lies within it. */
export function placeContains(outer: PlaceId, inner: PlaceId): boolean {
  return inner === outer || (inner.length > outer.length && inner.startsWith(outer) && inner[outer.length] === '/')
}

/** A place and every place that contains it, smallest first. */
export function placeAndAncestors(id: PlaceId): PlaceId[] {
  const parts = id.split('/')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/')).filter(p => !p.endsWith('/-'))
}
