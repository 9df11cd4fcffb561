import type { SetProblem } from './set-problem.ts'

/** In no group. */
export const NONE = 65_535
/** The most groups that are open at a time. */
export const MOST_SLOTS = NONE

/**
 * Groups in the making. Group `c` is bit `c % 32` of word `c / 32`. Each row of a set has one such line of bits: the
 * first row says which groups hold all that they may of the set; of a set with tolerance t, row j says which hold at
 * least t - j of its members. Which groups a host may join is then one `or` a set.
 */
export interface GroupsState {
  readonly problem: SetProblem
  words: number
  bits: Int32Array
  /** Each host's group, or `NONE`. */
  readonly slot: Uint16Array
  /** How many hosts each group has. */
  size: Int32Array
  /** Groups that are used. */
  open: Int32Array
  /** Groups that have room for one more host. */
  room: Int32Array
}

/** Room for 32 groups a word; nothing is in any of them. */
export function groupsState(problem: SetProblem, words: number): GroupsState {
  const rows = Math.max(0, problem.start.length - 1)
  return {
    problem,
    words,
    bits: new Int32Array(rows * words),
    slot: new Uint16Array(problem.hosts).fill(NONE),
    size: new Int32Array(words * 32),
    open: new Int32Array(words),
    room: new Int32Array(words),
  }
}

/** Twice the room, with everything where it was. */
export function widen(state: GroupsState): void {
  const { words, bits } = state
  const wide = new Int32Array(bits.length * 2)
  for (let row = 0; row * words < bits.length; row++) {
    for (let w = 0; w < words; w++) wide[row * words * 2 + w] = bits[row * words + w]!
  }
  const longer = (from: Int32Array) => {
    const to = new Int32Array(from.length * 2)
    to.set(from)
    return to
  }
  state.words = words * 2
  state.bits = wide
  state.size = longer(state.size)
  state.open = longer(state.open)
  state.room = longer(state.room)
}

/** Opens group `c`. */
export function openGroup(state: GroupsState, c: number): void {
  state.open[c >>> 5]! |= 1 << (c & 31)
  state.room[c >>> 5]! |= 1 << (c & 31)
}

/** Nothing can join group `c` any more. */
export function closeGroup(state: GroupsState, c: number): void {
  state.open[c >>> 5]! &= ~(1 << (c & 31))
  state.room[c >>> 5]! &= ~(1 << (c & 31))
}

/** Puts a host that is in no group into one that may take it. */
export function put(state: GroupsState, host: number, c: number): void {
  const { bits, words, problem } = state
  const { tolerance } = problem
  const { start, sets } = problem.of
  const word = c >>> 5
  const bit = 1 << (c & 31)
  state.slot[host] = c
  if (++state.size[c]! >= problem.maxGroupSize) state.room[word]! &= ~bit
  for (let i = start[host]!, end = start[host + 1]!; i < end; i++) {
    let row = sets[i]!
    if (tolerance) {
      row += tolerance[row]! - 1
      while ((bits[row * words + word]! & bit) !== 0) row--
    }
    bits[row * words + word]! |= bit
  }
}

/** Takes a host out of its group. */
export function take(state: GroupsState, host: number): void {
  const { bits, words, problem } = state
  const { tolerance } = problem
  const { start, sets } = problem.of
  const c = state.slot[host]!
  const word = c >>> 5
  const bit = 1 << (c & 31)
  state.slot[host] = NONE
  state.size[c]!--
  state.room[word]! |= state.open[word]! & bit
  for (let i = start[host]!, end = start[host + 1]!; i < end; i++) {
    let row = sets[i]!
    if (tolerance) while ((bits[row * words + word]! & bit) === 0) row++
    bits[row * words + word]! &= ~bit
  }
}
