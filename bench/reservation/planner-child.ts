// Plans one random placement and sends what it took: hosts, zones, tolerance and effort are the arguments.
import { seededRandom } from '../../src/core/random.ts'
import { planGroups } from '../../src/parts/placement/index.ts'
import { checkPlan, randomPlacement, simpleFirstFit } from './random-placement.ts'

const [hosts, zones, tolerance, effort, compare] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
  number,
]
globalThis.gc?.()
const before = process.memoryUsage.rss()
const packed = randomPlacement(hosts, zones, seededRandom(11))
const withInput = process.memoryUsage.rss()
// The highest that it came to, by the kernel's count: work that does not pause cannot be sampled from inside.
const peak = () => process.resourceUsage().maxRSS * 1024
const peakBefore = peak()
const from = performance.now()
const plan = planGroups({ packed, tolerance, effort })
const seconds = (performance.now() - from) / 1000
const result = {
  seconds,
  groups: plan.count,
  lowerBound: plan.lowerBound,
  randomBound: plan.randomBound,
  // Making the input may have taken more for a moment than was left of it; what is above that is the plan's.
  megabytes: (Math.max(peak(), withInput) - before) / 2 ** 20,
  inputMegabytes: (withInput - before) / 2 ** 20,
  peakMegabytes: peak() / 2 ** 20,
  peakWithInput: peakBefore / 2 ** 20,
  broken: checkPlan(packed, plan.groupOf, tolerance),
  firstFit: compare ? simpleFirstFit(packed, tolerance) : 0,
}
process.send?.(result, () => process.disconnect())
