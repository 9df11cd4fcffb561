// A million hosts in one embedded coordinator: `fill PATH` adds them and tells what that takes; `recover PATH` starts on
// what is there and tells how long that takes, and what `explain` takes then.
import { sqliteLedger } from '../../src/parts/ledger/index.ts'
import { placementSafety } from '../../src/parts/placement/index.ts'
import { createCoordinator } from '../../src/reservation/index.ts'
import { median } from '../figure.ts'

const HOSTS = 1_000_000
const [, , what, path] = process.argv
const hostId = (i: number) => `aws/us-east-1/use1-az${(i % 3) + 1}/c${i % 97}/h${i}`
const settled = () => {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage().rss / 2 ** 20
}
const first = hostId(0)
const make = () =>
  createCoordinator({
    ledger: sqliteLedger(path!),
    safety: placementSafety({ placement: () => ({ version: 1, stripes: [], hosts: [first, hostId(1), hostId(2)] }) }),
    policy: { maxOffline: { fleet: { share: 0.01 } } },
  })

if (what === 'fill') {
  const coordinator = make()
  await coordinator.ready()
  const before = settled()
  for (let from = 0; from < HOSTS; from += 20_000)
    await coordinator.addHosts(
      Array.from({ length: 20_000 }, (_, i) => ({ id: hostId(from + i), rack: `r${(from + i) >> 5}` })),
      'bench',
    )
  process.send!({ megabytes: settled() - before })
  // As it goes when somebody pulls the plug: nothing is closed.
  process.on('message', () => process.kill(process.pid, 'SIGKILL'))
  await new Promise(() => setInterval(() => {}, 1000))
} else {
  const before = settled()
  const start = performance.now()
  const coordinator = make()
  await coordinator.ready()
  const seconds = (performance.now() - start) / 1000
  const megabytes = settled() - before
  const took: number[] = []
  for (let i = 0; i < 10_000; i++) {
    const begin = performance.now()
    const { steps } = await coordinator.explain({ host: hostId(i % 3), activity: 'restart' })
    took.push(performance.now() - begin)
    if (steps.length < 9) throw new Error(JSON.stringify(steps))
  }
  took.sort((a, b) => a - b)
  process.send!({ seconds, megabytes, explainP99: took[Math.floor(took.length * 0.99)], explain: median(took) })
  await coordinator.close()
}
process.disconnect?.()
