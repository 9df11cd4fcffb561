// One simulated release in a process of its own; prints what it took.
import { seconds } from '../src/core/index.ts'
import { fleet, simulatePipeline } from '../src/pipeline/index.ts'
import { worldwide } from './pipeline-plan.ts'

const hostsPerZone = Number(process.argv[2] ?? 1000)
const { plan } = worldwide()
const from = performance.now()
const { outcome, state, events } = simulatePipeline(plan, { hosts: fleet(3, hostsPerZone), deployMs: seconds(30) })
const took = (performance.now() - from) / 1000
if (outcome !== 'released') throw new Error(`the simulated release ended ${outcome}`)
console.log(
  JSON.stringify({
    seconds: took,
    megabytes: process.resourceUsage().maxRSS / 1024,
    hosts: state.touchedCount,
    events,
  }),
)
