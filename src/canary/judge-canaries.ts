import type { GateContext } from '../core/gate.ts'
import { type PlaceId, placeContains, placeLevel } from '../core/place.ts'
import { type Reason, type Verdict, verdict } from '../core/verdict.ts'
import { type CanaryRecord, type CanaryRun, canaryLabel } from './canary-run.ts'
import { concerns } from './concerns.ts'
import { controlReasons } from './negative-control.ts'

/** What canaries are judged about. */
export interface JudgedAbout {
  /** The gate's name. */
  readonly source: string
  readonly place: PlaceId | undefined
  readonly version: string
  /** What began earlier says nothing, in epoch milliseconds. */
  readonly since: number
  /** Now, in epoch milliseconds. */
  readonly at: number
  readonly phase: GateContext['phase']
}

/** Whether a canary looks at a host that is being changed right now: it must fail while the host is away. */
const looksAtChange = ({ place: own }: CanaryRecord, { place, phase }: JudgedAbout): boolean =>
  phase === 'during' &&
  place !== undefined &&
  own !== undefined &&
  placeLevel(own) === 'host' &&
  placeContains(place, own)

/** One canary from one vantage, as the verdict shows it. */
interface Counted {
  readonly name: string
  readonly vantage?: string
  readonly runs: number
  readonly failed: number
  /** Runs that worked at the second attempt. */
  readonly retested: number
}

/**
 * Judges canaries: a check that failed since `since` is `stop`; each with `needed` successes since then, the last one
 * young enough, is `go`; anything less, and no canary at all for the place, is `wait`. While hosts change, the failures
 * of canaries that look at one of these very hosts are not counted, their successes are.
 *
 * With `vantages` = k, a place fails only when canaries from at least k vantages do (all of them, when there are fewer);
 * a failure from fewer is a reason beside the `go`. A negative control is never red; one that passes, or does not run, is
 * `wait`: what failed to see it fail would not see anything else fail.
 */
export function judgeCanaries(
  records: readonly CanaryRecord[],
  about: JudgedAbout,
  needed: number,
  maxAgeMs: number,
  vantages = 1,
): Verdict {
  const { source, place, version, since, at } = about
  const subject = place === undefined ? { version } : { place, version }
  const near = records.filter(r => concerns(r, place))
  const here = near.filter(r => r.expect !== 'fail')
  if (here.length === 0)
    return verdict('wait', { source, at, subject }, 'no-canary', `no canary looks at ${place ?? 'anything'}`)
  const reds: Reason[] = []
  const redFrom = new Set<string | undefined>()
  const waits: Reason[] = controlReasons(near, at, maxAgeMs)
  const evidence: Counted[] = []
  let retested = 0
  for (const canary of here) {
    const label = canaryLabel(canary)
    const excused = looksAtChange(canary, about)
    const counted = countedRuns(canary, since).filter(r => r.ok || !excused)
    const failures = counted.filter(r => !r.ok)
    const one = { name: canary.name, ...(canary.vantage === undefined ? {} : { vantage: canary.vantage }) }
    const again = counted.filter(r => r.ok && r.first).length
    evidence.push({ ...one, runs: counted.length, failed: failures.length, retested: again })
    retested += again
    const last = counted.at(-1)
    if (failures.length > 0) {
      redFrom.add(canary.vantage)
      const why = failures.at(-1)?.error ?? 'no reason given'
      reds.push({
        code: 'canary-red',
        message: `${label} failed ${failures.length} of ${counted.length} runs: ${why}`,
      })
    } else if (counted.length < needed) {
      waits.push({ code: 'few-runs', message: `${label} ran ${counted.length} times since then, ${needed} needed` })
    } else if (last && at - last.at > maxAgeMs) {
      const age = Math.round(at - last.at)
      waits.push({ code: 'stale', message: `${label} ran last ${age} ms ago, at most ${maxAgeMs} allowed` })
    }
  }
  const base = { subject, source, at, evidence }
  const known = new Set(here.map(r => r.vantage)).size
  const enough = Math.min(vantages, known)
  if (redFrom.size >= enough) return { ...base, decision: 'stop', reasons: reds }
  const outvoted = reds.map(r => ({ ...r, code: 'red-vantage' }))
  if (waits.length > 0) return { ...base, decision: 'wait', reasons: [...waits, ...outvoted] }
  const flaky = retested > 0 ? `, ${retested} runs at the second attempt` : ''
  const message = `${here.length - reds.length} canaries green, ${needed} runs or more each${flaky}`
  return { ...base, decision: 'go', reasons: [{ code: 'canary-green', message }, ...outvoted] }
}

/** The runs that count, with the latest failure even when it is no longer among those remembered. */
function countedRuns({ runs, lastFailure }: CanaryRecord, since: number): readonly CanaryRun[] {
  const oldest = runs[0]?.startedAt ?? Number.POSITIVE_INFINITY
  const all = lastFailure && lastFailure.startedAt < oldest ? [lastFailure, ...runs] : runs
  return all.filter(r => r.startedAt >= since)
}
