// One canary whose runs hang, on the real clock. It tells of each run, and of each number that counts, as it comes.
import { startCanaries } from '../../../src/canary/index.ts'

setInterval(() => {}, 1000)
let turns = 0
startCanaries([{ name: 'hanging', run: () => new Promise(() => console.log(`run ${++turns}`)) }], {
  everyMs: 100,
  timeoutMs: 1000,
  random: () => 0,
  sink: { record: ({ metric }) => void (metric === 'Failed' && console.log('failed')) },
  logger: { warn: message => console.log(message) },
})
