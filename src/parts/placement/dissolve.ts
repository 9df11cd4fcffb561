import type { Random } from '../../core/random.ts'
import { closeGroup, type GroupsState, NONE, take } from './groups-state.ts'
import { settle } from './settle.ts'

/** Which group each host is in, and how many groups there are. */
export interface Dissolved {
  readonly slot: Uint16Array
  readonly groups: number
}

// Groups that hold so little of all hosts go together, first; then one at a time, because each is harder than the last.
const FIRST_SHARES = [0.01, 0.04]

/**
 * Makes do with fewer groups: closes the smallest ones and finds other places for their hosts, until there are no more
 * than `floor`, or `steps` hosts have been looked at. What is not finished by then is undone.
 */
export function dissolve(
  state: GroupsState,
  groups: number,
  limits: { readonly floor: number; readonly steps: number; readonly random: Random },
): Dissolved {
  let best: Dissolved = { slot: state.slot.slice(), groups }
  let steps = limits.steps
  for (let round = 0; best.groups > limits.floor && steps > 0; round++) {
    const share = FIRST_SHARES[round] ?? 0
    const closing = smallest(state, share * state.problem.hosts, best.groups - limits.floor)
    const closed = new Uint8Array(NONE + 1)
    for (const c of closing) {
      closeGroup(state, c)
      closed[c] = 1
    }
    const homeless: number[] = []
    for (let host = 0; host < state.slot.length; host++) {
      if (closed[state.slot[host]!] === 0) continue
      take(state, host)
      homeless.push(host)
    }
    steps = settle(state, homeless, steps, limits.random)
    if (steps < 0) break
    best = { slot: state.slot.slice(), groups: best.groups - closing.length }
  }
  return best
}

/** The smallest open groups, of so many hosts in all, or the smallest one; at most so many. */
function smallest({ size, open }: GroupsState, hosts: number, most: number): number[] {
  const groups: number[] = []
  for (let c = 0; c < size.length; c++) if (((open[c >>> 5]! >>> (c & 31)) & 1) === 1) groups.push(c)
  groups.sort((a, b) => size[a]! - size[b]!)
  let sum = 0
  return groups.slice(0, most).filter((c, i) => (sum += size[c]!) <= hosts || i === 0)
}
