import { seededRandom } from '../../core/random.ts'
import { dissolve } from './dissolve.ts'
import { firstFit } from './first-fit.ts'
import { type GroupBounds, groupBounds, type StripeCount } from './group-bounds.ts'
import { NONE } from './groups-state.ts'
import { type Sets, setProblem } from './set-problem.ts'

/** How the groups of one zone are made. */
export interface ZoneTerms {
  readonly maxGroupSize: number
  readonly effort: number
  readonly seed: number
}

/** The groups of one zone, from 0; none of them is empty. */
export interface ZoneGroups {
  readonly groupOf: Int32Array
  readonly count: number
  readonly bounds: GroupBounds
}

const LEAST_STEPS = 20_000
// What first-fit needs on random placements, in multiples of the bound, with something to spare.
const FIRST_FIT_SHARE = 3

/** First-fit, and then fewer groups as long as there is effort left: never more than first-fit alone. */
export function planZone(hosts: number, sets: Sets, counts: readonly StripeCount[], terms: ZoneTerms): ZoneGroups {
  const bounds = groupBounds(hosts, counts, terms.maxGroupSize)
  const words = Math.min(16, Math.max(1, Math.ceil((bounds.stripe * FIRST_FIT_SHARE) / 32)))
  const fit = firstFit(setProblem(hosts, sets, terms.maxGroupSize), words)
  const { state, done } = fit
  const left = done ? state.slot.reduce((n, c) => (c === NONE ? n : n + 1), 0) : hosts
  const better = dissolve(state, fit.open, {
    floor: Math.max(bounds.stripe - fit.doneCount, Math.ceil(left / terms.maxGroupSize), Math.min(1, left)),
    steps: terms.effort === 0 ? 0 : Math.max(LEAST_STEPS, Math.round(terms.effort * left)),
    random: seededRandom(terms.seed),
  })
  const groupOf = done ?? new Int32Array(hosts)
  const numbers = new Int32Array(NONE).fill(-1)
  let count = fit.doneCount
  for (let host = 0; host < hosts; host++) {
    const c = better.slot[host]!
    if (c === NONE) continue
    if (numbers[c] === -1) numbers[c] = count++
    groupOf[host] = numbers[c]!
  }
  return { groupOf, count, bounds }
}
