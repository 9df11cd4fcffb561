import { ACCOUNTS } from './cases.ts'
import { gc } from './collect.ts'
import { ourClient } from './ours.ts'

const CALLS = 4_000_000

/** Bytes an evaluation of the rule and split leaves on the heap. Measured while nobody else is loaded. */
export async function allocated(): Promise<number> {
  const client = await ourClient()
  let on = 0
  const evaluate = (calls: number) => {
    for (let i = 0; i < calls; i++) if (client.enabled('split', ACCOUNTS[i & 1023]! as never)) on++
  }
  // Compiled before anything counts.
  evaluate(CALLS)
  gc()
  const before = process.memoryUsage().heapUsed
  evaluate(CALLS)
  const used = process.memoryUsage().heapUsed - before
  await client.close()
  if (on === 0) throw new Error('the split was on for nobody')
  return Math.max(0, used) / CALLS
}
