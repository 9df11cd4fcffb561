/** How late turns begin: each against the latest of its check's moments, a whole number of intervals after the first. */
export function turns(everyMs: number, moments: readonly number[]) {
  const startedAt = performance.now()
  let lateness: number[] = []
  let runs = 0
  return {
    begun(check: number) {
      const since = performance.now() - startedAt - moments[check]! * everyMs
      runs++
      // A timer may fire a hair before its time: that is not a whole interval late.
      lateness.push(((since + 2) % everyMs) - 2)
    },
    runs: () => runs,
    /** The 99th percentile since the last time it was asked for, in milliseconds. */
    latenessP99() {
      const sorted = lateness.sort((a, b) => a - b)
      lateness = []
      return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    },
  }
}
