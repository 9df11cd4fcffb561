import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** The collector, also in a process that was not started with it. */
export const gc = runInNewContext('gc') as () => void

/** Collects what nobody holds any more, and lets what waits for that run. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    gc()
    await wait(20)
  }
}
