/** DynamoDB's time, as far as its answers tell it. */
export interface StoreClock {
  /** An answer whose Date header said `date`, by the steady clock's times of the question and of the answer. */
  observe(date: string | undefined, sent: number, received: number): void
  /** What the time can be now; undefined before the first answer. */
  between(): { readonly earliest: number; readonly latest: number } | undefined
  /** How old the newest answer is, in milliseconds. */
  ageMs(): number
}

/** What a Date header leaves out: it counts whole seconds, cut off. */
const GRAIN_MS = 1000

/**
 * DynamoDB has no condition on its own clock, but says the time with every answer. The answer was made after the question
 * was sent and before the answer came, so that with the steady clock in between the time is known to a second and the way
 * there and back. Only the newest answer counts: older ones would narrow it, but be wrong when this machine slept.
 */
export function storeClock(monotonic: () => number): StoreClock {
  let newest: { readonly at: number; readonly sent: number; readonly received: number } | undefined
  return {
    observe(date, sent, received) {
      const at = Date.parse(date ?? '')
      if (Number.isFinite(at)) newest = { at, sent, received }
    },
    between() {
      if (!newest) return undefined
      const now = monotonic()
      return {
        earliest: Math.floor(newest.at + now - newest.received),
        latest: Math.ceil(newest.at + GRAIN_MS + now - newest.sent),
      }
    },
    ageMs: () => (newest ? monotonic() - newest.received : Number.POSITIVE_INFINITY),
  }
}
