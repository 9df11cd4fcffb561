import type { Random } from '../../core/random.ts'
import { countBits, nthBit } from './bits.ts'
import { type GroupsState, NONE, put, take } from './groups-state.ts'
import { look, obstacles } from './look.ts'

// How often a host that would have to push out more than one other is let; else it waits. Found by trial over random
// placements: always stalls with ever more hosts without a place, never stalls with a few that cannot be placed.
const FORCE_SHARE = 0.15
// How often it is done though a single one could go: chains of single ones can run in a circle for ever.
const STRAY_SHARE = 0.002

/**
 * Finds a group for each of the hosts that are in none. One that fits nowhere takes the place of another host, which has
 * to look further (an ejection chain, as in F. Glover, Discrete Applied Mathematics 65, 1996); preferably where a single
 * one has to go, and not back to where it was pushed out from. Returns how many of the `steps` are left, or -1 when they
 * were not enough: then some are still in no group.
 */
export function settle(state: GroupsState, hosts: readonly number[], steps: number, random: Random): number {
  const waiting = ring(state.problem.hosts)
  for (const host of hosts) waiting.push(host)
  const blocked = obstacles(state.words)
  let left = steps
  let host = waiting.shift()
  let from = NONE
  for (; host >= 0; left--) {
    if (left <= 0) return -1
    const found = look(state, host, from, blocked)
    if (found >= 0) {
      put(state, host, found)
      host = -1
    } else {
      const stray = random() < STRAY_SHARE
      let into = stray ? -1 : chosen(blocked.one, random)
      if (into < 0 && (stray || random() < FORCE_SHARE)) {
        into = chosen(blocked.two, random)
        if (into < 0) into = chosen(blocked.any, random)
      }
      if (into < 0) {
        waiting.push(host)
        host = -1
      } else {
        host = pushOut(state, host, into, waiting.push, random)
        from = into
      }
    }
    if (host < 0) {
      host = waiting.shift()
      from = NONE
    }
  }
  return left
}

/** Puts the host into the group and takes out who stands in its way: one of them is handed back, the others wait. */
function pushOut(state: GroupsState, host: number, into: number, wait: (host: number) => void, random: Random): number {
  const { bits, words, slot, problem } = state
  const { of, start, members } = problem
  const word = into >>> 5
  const bit = 1 << (into & 31)
  let out = -1
  for (let i = of.start[host]!, end = of.start[host + 1]!; i < end; i++) {
    const set = of.sets[i]!
    if ((bits[set * words + word]! & bit) === 0) continue
    const first = start[set]!
    const count = start[set + 1]! - first
    let at = Math.floor(random() * count)
    while (slot[members[first + at]!] !== into) at = at + 1 === count ? 0 : at + 1
    const other = members[first + at]!
    take(state, other)
    if (out < 0) out = other
    else wait(other)
  }
  put(state, host, into)
  return out
}

/** One of the bits that are set in all these words, or -1. */
function chosen(masks: Int32Array, random: Random): number {
  let count = 0
  for (let w = 0; w < masks.length; w++) count += countBits(masks[w]!)
  if (count === 0) return -1
  let n = Math.floor(random() * count)
  for (let w = 0; ; w++) {
    const here = countBits(masks[w]!)
    if (n < here) return w * 32 + nthBit(masks[w]!, n)
    n -= here
  }
}

/** First in, first out, for at most so many at a time. */
function ring(most: number) {
  const mask = 2 ** Math.ceil(Math.log2(most + 1)) - 1
  const values = new Int32Array(mask + 1)
  let head = 0
  let tail = 0
  return {
    push(value: number) {
      values[tail] = value
      tail = (tail + 1) & mask
    },
    shift(): number {
      if (head === tail) return -1
      const value = values[head]!
      head = (head + 1) & mask
      return value
    },
  }
}
