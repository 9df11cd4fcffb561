import { startCanaries } from '../canary/index.ts'
import type { MetricSink } from '../core/metrics.ts'
import { systemRandom } from '../core/random.ts'
import type { PacedCheck } from './canary-checks.ts'

/** How one run of a canary went. */
export interface FleetRun {
  readonly name: string
  /** Whether it went as it should: a negative control should fail. */
  readonly ok: boolean
  readonly durationMs: number
  readonly error?: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface FleetOptions {
  readonly vantage?: string | undefined
  readonly sink?: MetricSink | undefined
  /** From run to run while the last one failed, in milliseconds; at most a check's own interval, which is the default. */
  readonly whileFailingMs?: number | undefined
  /** Every first turn comes within half of this, in milliseconds. Default: within the check's interval. */
  readonly forMs?: number | undefined
  readonly onRun: (run: FleetRun) => void
}

/** Canaries that run, each as often as its own tag says. */
export interface Fleet {
  /** Stops; resolves when what was under way has cleaned up behind itself. */
  close(): Promise<void>
}

/** Starts a canary for each check, of which there is one at least; their names differ. */
export function startFleet(checks: readonly PacedCheck[], options: FleetOptions): Fleet {
  const { vantage, sink, whileFailingMs, forMs, onRun } = options
  const underWay = new Set<Promise<unknown>>()
  const watched = checks.map(check => ({
    ...check,
    run(context: { readonly signal: AbortSignal }) {
      // Who closes canaries waits for their answers, and an aborted one has none; it still has to clean up.
      const run = check.run(context)
      const ended: Promise<unknown> = run.then(
        () => underWay.delete(ended),
        () => underWay.delete(ended),
      )
      underWay.add(ended)
      return run
    },
  }))
  const mustFail = new Set(checks.filter(({ expect }) => expect === 'fail').map(({ name }) => name))
  const slowest = Math.max(...checks.map(({ everyMs }) => everyMs))
  // One share for all: the turn of the slowest is then within the half, and those of the others are earlier.
  const share = forMs === undefined ? 1 : Math.min(1, forMs / 2 / slowest)
  const canaries = startCanaries(watched, {
    // Each has its own; this one is what `whileFailingMs` is measured by.
    everyMs: slowest,
    random: () => systemRandom() * share,
    ...(whileFailingMs === undefined ? {} : { whileFailingMs: Math.min(whileFailingMs, slowest) }),
    ...(vantage === undefined ? {} : { vantage }),
    ...(sink === undefined ? {} : { sink }),
    onRun: (name, run) => onRun({ ...run, name, ok: run.ok !== mustFail.has(name) }),
  })
  return {
    async close() {
      await canaries.close()
      await Promise.all(underWay)
    },
  }
}
