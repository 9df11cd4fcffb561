import { parseArgs } from 'node:util'
import { runSeeds, type Summary } from './run-seeds.ts'
import type { Fault } from './world.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    steps: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    without: { type: 'string', default: '' },
    clients: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
})

const one = values.seed === undefined ? undefined : Number(values.seed)
const summary: Summary = await runSeeds({
  seeds: one === undefined ? Number(values.seeds) : 1,
  from: one ?? Number(values.from),
  steps: Number(values.steps),
  without: values.without.split(',').filter(f => f !== '') as Fault[],
  shrink: !values['no-shrink'],
  ...(values.clients !== undefined && { clients: Number(values.clients) }),
})
console.log(summary.text)
process.exitCode = summary.failure === undefined ? 0 : 1
