import { invalid, textOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { byMember } from './by-member.ts'
import { growing } from './growing.ts'
import { readStripe } from './read-stripe.ts'
import type { Placement } from './stripe.ts'

/**
 * A placement made ready for questions: from a host to its stripes, packed. An answer costs what the host's own stripes
 * cost, however many there are in all. Hosts and stripes are numbered in the order in which they came.
 */
export interface PlacementIndex {
  readonly version: number
  readonly numberOf: ReadonlyMap<PlaceId, number>
  readonly hosts: readonly PlaceId[]
  readonly stripes: readonly string[]
  /** The stripes of host h: `hostStripes` from `hostStart[h]` up to `hostStart[h + 1]`. */
  readonly hostStart: Int32Array
  readonly hostStripes: Int32Array
  /** The members of stripe s: `members` from `memberStart[s]` up to `memberStart[s + 1]`. */
  readonly memberStart: Int32Array
  readonly members: Int32Array
  /** Beside `members`: 1 for one that has no data yet. */
  readonly rebuilding: Uint8Array
  /** How many members each stripe cannot do without. */
  readonly needed: Int32Array
  /** Three a stripe, in the order restart, long-offline, destroy: its own tolerance, or -1. */
  readonly own: Int32Array
  /** The most that each stripe allows anybody, or -1. */
  readonly most: Int32Array
  /** One a host, all 0: for whoever marks hosts while he counts, and clears them again before anybody else can look. */
  readonly marks: Uint8Array
}

const STRIPES_A_SLICE = 2000

/** Throws `invalid-option` that names the stripe and the field which is wrong. */
export function placementIndex(placement: Placement): PlacementIndex {
  const work = indexing(placement)
  let step = work.next()
  while (!step.done) step = work.next()
  return step.value
}

/** The same in slices, so that whoever builds it in between lets other work go on. */
export function* indexing(placement: Placement): Generator<void, PlacementIndex> {
  const version = wholeOption('placement version', placement?.version, 0)
  // Taken at once: a list that changes between two slices would be a placement that never was.
  const given = listOf('placement stripes', placement.stripes)
  const known = placement.hosts === undefined ? [] : listOf('placement hosts', placement.hosts)
  const numberOf = new Map<PlaceId, number>()
  const hosts: PlaceId[] = []
  const numbered = (field: string, host: unknown): number => {
    const known = numberOf.get(host as PlaceId)
    if (known !== undefined) return known
    hosts.push(textOption(field, host))
    numberOf.set(host as PlaceId, hosts.length - 1)
    return hosts.length - 1
  }
  const ids = new Set<string>()
  const [members, memberStart, needed, own, most, late] = Array.from({ length: 6 }, growing) as Tuple6<
    ReturnType<typeof growing>
  >
  // The stripe that a host was last seen in, so that a member that comes twice is noticed.
  const lastIn: number[] = []
  let count = 0
  memberStart.push(0)
  for (const [s, stripe] of given.entries()) {
    const terms = readStripe(stripe)
    if (ids.has(stripe.id)) throw invalid('stripe id', 'each one once', stripe.id)
    ids.add(stripe.id)
    const from = count
    for (const host of stripe.members) {
      const number = numbered(`stripe ${stripe.id} members`, host)
      if (lastIn[number] === s) throw invalid(`stripe ${stripe.id} members`, 'each one once', host)
      lastIn[number] = s
      members.push(number)
      count++
    }
    for (const host of stripe.rebuilding ?? []) {
      const at = stripe.members.indexOf(host)
      if (at < 0) throw invalid(`stripe ${stripe.id} rebuilding`, 'only members', host)
      late.push(from + at)
    }
    memberStart.push(count)
    needed.push(terms.needed)
    for (const tolerance of terms.own) own.push(Math.min(tolerance, LARGEST))
    most.push(Math.min(terms.most, LARGEST))
    if (s % STRIPES_A_SLICE === STRIPES_A_SLICE - 1) yield
  }
  for (const host of known) numbered('placement hosts', host)
  const rebuilding = new Uint8Array(count)
  for (const at of late.packed()) rebuilding[at] = 1
  const packed = { members: members.packed(), memberStart: memberStart.packed() }
  yield
  const { start, sets } = byMember(hosts.length, packed.memberStart, packed.members)
  return {
    version,
    numberOf,
    hosts,
    stripes: [...ids],
    hostStart: start,
    hostStripes: sets,
    ...packed,
    rebuilding,
    needed: needed.packed(),
    own: own.packed(),
    most: most.packed(),
    marks: new Uint8Array(hosts.length),
  }
}

const LARGEST = 2 ** 31 - 1

type Tuple6<T> = [T, T, T, T, T, T]

function listOf<T>(field: string, values: Iterable<T>): T[] {
  if (typeof (values as Iterable<T> | undefined)?.[Symbol.iterator] !== 'function' || typeof values === 'string')
    throw invalid(field, 'something to iterate over', values)
  return Array.from(values)
}
