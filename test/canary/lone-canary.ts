// Starts canaries on the real clock, waits for the first run and then has nothing more to do. With `rejecting`, the sink
// and onRun are asynchronous and reject.
import { functionCheck, startCanaries } from '../../src/canary/index.ts'

const rejecting = process.argv[2] === 'rejecting'
const first = Promise.withResolvers<void>()
const alive = setInterval(() => {}, 1000)
let runs = 0
// As a caller without a linter writes it: its promise is nobody's.
const later = (async () => {
  if (rejecting) throw new Error('rejected later')
}) as () => void
startCanaries([functionCheck('check', () => {})], {
  everyMs: 5,
  sink: { record: later },
  onRun() {
    if (++runs === 3) first.resolve()
    return later()
  },
})
await first.promise
clearInterval(alive)
console.log('three runs')
