import { invalid, numberOption, wholeOption } from '../../core/options.ts'

/** A placement in numbers: hosts are 0 up to `hosts`, and so are stripes. For many hosts; it is neither copied nor changed. */
export interface PackedPlacement {
  /** As in `Placement`. */
  readonly version: number
  /** How many hosts there are. */
  readonly hosts: number
  /** The members of all stripes, one stripe after the other. */
  readonly members: Int32Array
  /** How many members every stripe has; or else where each begins in `members`, and at last where the last one ends. */
  readonly width?: number
  readonly offsets?: Int32Array
  /** How many members of each stripe one group may hold; at least 1. Default: what the plan says for all. */
  readonly tolerances?: Int32Array
  /** The zone of each host, as any number of 0 or more. Default: all in one. */
  readonly zones?: Int32Array
  /** The rack of each host, as any number; below 0 for none. Default: none. */
  readonly racks?: Int32Array
}

/** A packed placement that was looked through. */
export interface ReadPacked extends PackedPlacement {
  readonly offsets: Int32Array
}

/** Throws `invalid-option` that names the field; every member is looked at, and none may be in a stripe twice. */
export function readPacked(given: PackedPlacement): ReadPacked {
  wholeOption('placement version', given.version, 0)
  wholeOption('placement hosts', given.hosts, 0, 2 ** 31 - 2)
  const { members, tolerances, zones, racks } = given
  if (!(members instanceof Int32Array)) throw invalid('placement members', 'an Int32Array', members)
  const offsets = readOffsets(given)
  for (const [field, values, length] of [
    ['tolerances', tolerances, offsets.length - 1],
    ['zones', zones, given.hosts],
    ['racks', racks, given.hosts],
  ] as const) {
    if (values === undefined) continue
    if (!(values instanceof Int32Array) || values.length !== length)
      throw invalid(
        `placement ${field}`,
        `an Int32Array of ${length}`,
        values instanceof Int32Array ? values.length : values,
      )
  }
  for (const t of tolerances ?? []) numberOption('placement tolerances', t, 1)
  for (const zone of zones ?? []) numberOption('placement zones', zone, 0)
  lookThrough(given.hosts, offsets, members)
  return { ...given, offsets }
}

function readOffsets({ members, width, offsets }: PackedPlacement): Int32Array {
  if ((width === undefined) === (offsets === undefined))
    throw invalid('placement width', 'either a width or offsets', width)
  if (width !== undefined) {
    wholeOption('placement width', width, 1)
    if (members.length % width !== 0) throw invalid('placement members', `a multiple of ${width}`, members.length)
    const made = new Int32Array(members.length / width + 1)
    for (let s = 0; s < made.length; s++) made[s] = s * width
    return made
  }
  if (!(offsets instanceof Int32Array) || offsets.length === 0)
    throw invalid('placement offsets', 'an Int32Array with at least one number', offsets)
  for (let s = 1; s < offsets.length; s++) {
    if (offsets[s]! < offsets[s - 1]!) throw invalid('placement offsets', 'numbers that never fall', offsets[s])
  }
  if (offsets[0] !== 0 || offsets[offsets.length - 1] !== members.length)
    throw invalid('placement offsets', `from 0 to ${members.length}`, [offsets[0], offsets[offsets.length - 1]])
  return offsets
}

function lookThrough(hosts: number, offsets: Int32Array, members: Int32Array): void {
  const lastIn = new Int32Array(hosts).fill(-1)
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let i = offsets[s]!, end = offsets[s + 1]!; i < end; i++) {
      const host = members[i]!
      if (host < 0 || host >= hosts) throw invalid(`placement members of stripe ${s}`, `hosts below ${hosts}`, host)
      if (lastIn[host] === s) throw invalid(`placement members of stripe ${s}`, 'each host once', host)
      lastIn[host] = s
    }
  }
}
