import { virtualClock } from '../../../src/core/index.ts'
import { memoryLeases } from '../../../src/parts/leases/index.ts'
import { leasesConformance } from '../../conformance/leases.ts'

leasesConformance('memoryLeases', async () => {
  const clock = virtualClock(1_700_000_000_000)
  let wall: number | undefined
  const skewed = { ...clock, now: () => wall ?? clock.now() }
  const store = memoryLeases({ clock: skewed })
  return {
    store,
    pass: ms => clock.advance(ms),
    setClientClock: at => {
      wall = at
    },
    cleanup: () => store.close(),
  }
})
