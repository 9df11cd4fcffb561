/** Of each host, the numbers of the sets that it is in: those of host h stand at `start[h]` up to `start[h + 1]`. */
export interface ByMember {
  readonly start: Int32Array
  readonly sets: Int32Array
}

/**
 * Turns lists of members around. Set number `s` has the members at `start[s]` up to `start[s + 1]`; an empty list is
 * no set.
 */
export function byMember(hosts: number, start: Int32Array, members: Int32Array): ByMember {
  const count = start[start.length - 1] ?? 0
  const hostStart = new Int32Array(hosts + 1)
  for (let i = 0; i < count; i++) hostStart[members[i]! + 1]!++
  for (let h = 0; h < hosts; h++) hostStart[h + 1]! += hostStart[h]!
  const at = hostStart.slice(0, hosts)
  const sets = new Int32Array(count)
  for (let s = 0; s + 1 < start.length; s++) {
    for (let i = start[s]!, end = start[s + 1]!; i < end; i++) sets[at[members[i]!]!++] = s
  }
  return { start: hostStart, sets }
}
