import { type ByMember, byMember } from './by-member.ts'

/**
 * What has to be divided into groups: hosts, and sets of hosts of which no group may hold more than so many. A set is
 * called by its first row; it has as many rows as it tolerates members, one after the other, and set `r` has the members
 * at `start[r]` up to `start[r + 1]`. The other rows of a set are empty lists.
 */
export interface SetProblem {
  readonly hosts: number
  readonly start: Int32Array
  readonly members: Int32Array
  /** For each row that is a set: how many of its members one group may hold. Undefined: one, everywhere. */
  readonly tolerance: Int32Array | undefined
  readonly of: ByMember
  readonly maxGroupSize: number
}

/** Lists of hosts with what a group may hold of each; lists that no group could break are to be left out before. */
export interface Sets {
  readonly start: Int32Array
  readonly members: Int32Array
  readonly tolerance: Int32Array | undefined
}

/** Gives each set its rows and turns the lists around. */
export function setProblem(hosts: number, sets: Sets, maxGroupSize: number): SetProblem {
  const { members, tolerance } = sets
  if (!tolerance) return { hosts, ...sets, of: byMember(hosts, sets.start, members), maxGroupSize }
  let rows = 0
  for (const t of tolerance) rows += t
  const start = new Int32Array(rows + 1)
  const rowTolerance = new Int32Array(rows)
  for (let s = 0, row = 0; s < tolerance.length; s++) {
    const t = tolerance[s]!
    start[row] = sets.start[s]!
    start.fill(sets.start[s + 1]!, row + 1, row + t + 1)
    rowTolerance[row] = t
    row += t
  }
  return { hosts, start, members, tolerance: rowTolerance, of: byMember(hosts, start, members), maxGroupSize }
}
