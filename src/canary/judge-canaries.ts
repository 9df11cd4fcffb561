import type { GateContext } from '../core/gate.ts'
import { type PlaceId, placeContains, placeLevel } from '../core/place.ts'
import { type Reason, type Verdict, verdict } from '../core/verdict.ts'
import { type CanaryRecord, type CanaryRun, canaryLabel } from './canary-run.ts'
import { concerns } from './concerns.ts'
import { freshFor, isAhead, isWhole } from './freshness.ts'
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
 * Young enough is `maxAgeMs`, by default three of the canary's own intervals and its timeout. A run from the future, and
 * one without a time or an outcome, are `wait`.
 *
 * With `vantages` = k, a place fails only when canaries from at least k vantages do, or one canary does from k vantages
 * (all of them, when there are fewer, or when fewer run this canary); a failure from fewer is a reason beside the `go`. A negative control is never red; one that passes, or does not run, is
 * `wait`: what failed to see it fail would not see anything else fail.
 */
export function judgeCanaries(
  records: readonly CanaryRecord[],
  about: JudgedAbout,
  needed: number,
  maxAgeMs?: number,
  vantages = 1,
): Verdict {
  const { source, place, version, since, at } = about
  const subject = place === undefined ? { version } : { place, version }
  const near = records.filter(r => concerns(r, place))
  const here = near.filter(r => r.expect !== 'fail')
  if (here.length === 0)
    return verdict('wait', { source, at, subject }, 'no-canary', `no canary looks at ${place ?? 'anything'}`)
  const reds: Reason[] = []
  const redCanaries: CanaryRecord[] = []
  const waits: Reason[] = controlReasons(near, at, maxAgeMs)
  const evidence: Counted[] = []
  let retested = 0
  for (const canary of here) {
    const label = canaryLabel(canary)
    const excused = looksAtChange(canary, about)
    waits.push(...unclear(canary, at))
    const counted = countedRuns(canary, since).filter(r => r.ok || !excused)
    const failures = counted.filter(r => !r.ok)
    const one = { name: canary.name, ...(canary.vantage === undefined ? {} : { vantage: canary.vantage }) }
    const again = counted.filter(r => r.ok && r.first).length
    evidence.push({ ...one, runs: counted.length, failed: failures.length, retested: again })
    retested += again
    const last = counted.at(-1)
    if (failures.length > 0) {
      redCanaries.push(canary)
      const why = failures.at(-1)?.error ?? 'no reason given'
      reds.push({
        code: 'canary-red',
        message: `${label} failed ${failures.length} of ${counted.length} runs: ${why}`,
      })
    } else if (counted.length < needed) {
      waits.push({ code: 'few-runs', message: `${label} ran ${counted.length} times since then, ${needed} needed` })
    } else if (last && at - last.at > freshFor(canary, maxAgeMs)) {
      const age = Math.round(at - last.at)
      waits.push({
        code: 'stale',
        message: `${label} ran last ${age} ms ago, at most ${freshFor(canary, maxAgeMs)} allowed`,
      })
    }
  }
  const base = { subject, source, at, evidence }
  const agreed = (red: readonly CanaryRecord[], all: readonly CanaryRecord[]) =>
    red.length > 0 && vantagesOf(red) >= Math.min(vantages, vantagesOf(all))
  const alike = (one: CanaryRecord) => (r: CanaryRecord) => r.name === one.name && r.place === one.place
  const seen = redCanaries.some(one => agreed(redCanaries.filter(alike(one)), here.filter(alike(one))))
  if (seen || agreed(redCanaries, here)) return { ...base, decision: 'stop', reasons: reds }
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
  return all.filter(r => isWhole(r) && r.startedAt >= since)
}

const vantagesOf = (records: readonly CanaryRecord[]): number => new Set(records.map(r => r.vantage)).size

/** What makes a canary's runs no evidence, whatever they say. */
function unclear(canary: CanaryRecord, at: number): Reason[] {
  const label = canaryLabel(canary)
  const runs = canary.lastFailure ? [canary.lastFailure, ...canary.runs] : canary.runs
  if (!runs.every(isWhole)) return [{ code: 'bad-record', message: `${label} has a run without a time or an outcome` }]
  const ahead = runs.find(r => isAhead(r, at))
  if (!ahead) return []
  return [{ code: 'future-run', message: `${label} has a run ${Math.round(ahead.at - at)} ms from now` }]
}
