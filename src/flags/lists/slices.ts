import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'

/** Work in slices, so that whatever else the process has to do waits for one of them at most. */
export interface Slices {
  /** Whether the slice is over and `rest` is due. Throws the signal's reason when aborted. */
  over(): boolean
  /** Lets everything else go first, then begins a new slice. */
  rest(): Promise<void>
  /** Goes through the steps, with rests. */
  run<T>(steps: Generator<void, T>): Promise<T>
}

export function slices(clock: Clock, sliceMs: number, signal: AbortSignal | undefined): Slices {
  let from = clock.monotonic()
  const over = () => {
    signal?.throwIfAborted()
    return clock.monotonic() - from >= sliceMs
  }
  const rest = async () => {
    // A timer and not the next turn: one that works on end would leave the other threads of a small machine no room.
    await sleep(clock, 0, signal)
    from = clock.monotonic()
  }
  return {
    over,
    rest,
    async run(steps) {
      for (;;) {
        const step = steps.next()
        if (step.done) return step.value
        if (over()) await rest()
      }
    },
  }
}
