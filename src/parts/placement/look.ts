import { lowestBit } from './bits.ts'
import type { GroupsState } from './groups-state.ts'

/** What keeps a host out of the open groups, as bits: of which one set, two sets, or any number of them. */
export interface Obstacles {
  readonly one: Int32Array
  readonly two: Int32Array
  readonly any: Int32Array
}

export function obstacles(words: number): Obstacles {
  return { one: new Int32Array(words), two: new Int32Array(words), any: new Int32Array(words) }
}

/**
 * The lowest open group that takes the host, or -1: then the obstacles are filled in, for all groups but `from`. Counts
 * sets in two bits a group, 32 groups at a time.
 */
export function look(state: GroupsState, host: number, from: number, into: Obstacles): number {
  if (state.words === 2) return lookAtTwo(state, host, from, into)
  const { bits, words, room } = state
  const { start, sets } = state.problem.of
  for (let w = 0; w < words; w++) {
    let once = 0
    let twice = 0
    let thrice = 0
    for (let i = start[host]!, end = start[host + 1]!; i < end; i++) {
      const full = bits[sets[i]! * words + w]!
      thrice |= twice & full
      twice |= once & full
      once |= full
    }
    const free = ~once & room[w]!
    if (free !== 0) return w * 32 + lowestBit(free)
    fill(into, w, once, twice, thrice, openBut(state, w, from))
  }
  return -1
}

/** The same for the number of words that most plans have; each set is looked up once only. */
function lookAtTwo(state: GroupsState, host: number, from: number, into: Obstacles): number {
  const { bits, room } = state
  const { start, sets } = state.problem.of
  let [once, twice, thrice] = [0, 0, 0]
  let [once1, twice1, thrice1] = [0, 0, 0]
  for (let i = start[host]!, end = start[host + 1]!; i < end; i++) {
    const at = sets[i]! * 2
    const full = bits[at]!
    const full1 = bits[at + 1]!
    thrice |= twice & full
    twice |= once & full
    once |= full
    thrice1 |= twice1 & full1
    twice1 |= once1 & full1
    once1 |= full1
  }
  const free = ~once & room[0]!
  if (free !== 0) return lowestBit(free)
  const free1 = ~once1 & room[1]!
  if (free1 !== 0) return 32 + lowestBit(free1)
  fill(into, 0, once, twice, thrice, openBut(state, 0, from))
  fill(into, 1, once1, twice1, thrice1, openBut(state, 1, from))
  return -1
}

const openBut = ({ open }: GroupsState, w: number, from: number): number =>
  from >>> 5 === w ? open[w]! & ~(1 << (from & 31)) : open[w]!

function fill(into: Obstacles, w: number, once: number, twice: number, thrice: number, allowed: number): void {
  into.one[w] = once & ~twice & allowed
  into.two[w] = twice & ~thrice & allowed
  into.any[w] = once & allowed
}
