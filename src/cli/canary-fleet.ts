import { type Canaries, startCanaries } from '../canary/index.ts'
import type { MetricSink } from '../core/metrics.ts'
import type { ScenarioCheck } from '../scenarios/index.ts'

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
  readonly onRun: (run: FleetRun) => void
}

/** Canaries that run, each as often as its own tag says. */
export interface Fleet {
  readonly names: readonly string[]
  /** Stops; resolves when what was under way has cleaned up behind itself. */
  close(): Promise<void>
}

/** Starts a canary for each check. Names that several have (rows of an outline) are numbered. */
export function startFleet(checks: readonly ScenarioCheck[], { vantage, sink, onRun }: FleetOptions): Fleet {
  const underWay = new Set<Promise<unknown>>()
  const named = unique(checks).map(check => ({
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
  const mustFail = new Set(named.filter(({ expect }) => expect === 'fail').map(({ name }) => name))
  const paces = new Map<string, ScenarioCheck[]>()
  for (const check of named) {
    const pace = `${check.everyMs} ${check.timeoutMs}`
    paces.set(pace, [...(paces.get(pace) ?? []), check])
  }
  const canaries: Canaries[] = [...paces.values()].map(group => {
    const { everyMs, timeoutMs } = group[0]!
    return startCanaries(group, {
      everyMs,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(vantage === undefined ? {} : { vantage }),
      ...(sink === undefined ? {} : { sink }),
      onRun: (name, run) => onRun({ ...run, name, ok: run.ok !== mustFail.has(name) }),
    })
  })
  return {
    names: named.map(({ name }) => name),
    async close() {
      await Promise.all(canaries.map(one => one.close()))
      await Promise.all(underWay)
    },
  }
}

function unique(checks: readonly ScenarioCheck[]): ScenarioCheck[] {
  const counts = new Map<string, number>()
  return checks.map(check => {
    const nth = (counts.get(check.name) ?? 0) + 1
    counts.set(check.name, nth)
    return nth === 1 ? check : { ...check, name: `${check.name} (${nth})` }
  })
}
