import type { Clock, Timer } from '../../core/clock.ts'

/** How long ago the sources last said that what they gave is what there is. */
export interface Freshness {
  /** The age of the oldest of them, in milliseconds; undefined while one has not said anything. */
  ageMs(): number | undefined
  /** Source number `input` says so now, or said so at `wall` (epoch milliseconds). */
  confirm(input: number, wall?: number): void
  close(): void
}

/**
 * Keeps the age of `inputs` sources. A wall clock may jump back, and a steady one stands still while a function is
 * frozen: the larger of the two ages counts. `onStale` is told once each time, `onFresh` when that is over.
 */
export function freshness(options: {
  readonly inputs: number
  readonly clock: Clock
  readonly staleAfterMs: number
  /** How old everything had become when a source spoke again. */
  readonly onAge: (ageMs: number) => void
  readonly onStale: (ageMs: number) => void
  readonly onFresh: () => void
}): Freshness {
  const { inputs, clock, staleAfterMs, onAge, onStale, onFresh } = options
  const said: ({ readonly wall: number; readonly steady: number } | undefined)[] = Array.from({ length: inputs })
  let timer: Timer | undefined
  let told = false
  let closed = false

  const ageMs = () => {
    let oldest = 0
    for (const at of said) {
      if (at === undefined) return undefined
      oldest = Math.max(oldest, clock.now() - at.wall, clock.monotonic() - at.steady)
    }
    return oldest
  }
  const due = () => {
    told = true
    onStale(ageMs() ?? 0)
  }
  return {
    ageMs,
    confirm(input, wall = clock.now()) {
      const was = ageMs()
      if (was !== undefined) onAge(was)
      said[input] = { wall, steady: clock.monotonic() - Math.max(0, clock.now() - wall) }
      timer?.cancel()
      const age = ageMs()
      if (closed || age === undefined) return
      if (told && age <= staleAfterMs) {
        told = false
        onFresh()
      }
      if (!told) timer = clock.setTimer(Math.max(0, staleAfterMs - age), due)
    },
    close() {
      closed = true
      timer?.cancel()
    },
  }
}
