import type { Clock } from '../core/clock.ts'
import type { Gate, GateContext } from '../core/gate.ts'
import { numberOption, wholeOption } from '../core/options.ts'
import { type PlaceId, placeContains, placeLevel } from '../core/place.ts'
import { type Reason, type Verdict, verdict } from '../core/verdict.ts'

export interface CanaryGateOptions {
  /** Default `canary`. */
  readonly name?: string
  /** How many runs in a row must have worked, of each check. Default 3. */
  readonly runs?: number
  /** A last run that is older than this, in milliseconds, is no evidence. Default: three intervals and the timeout. */
  readonly maxAgeMs?: number
}

/** One finished run of a canary. */
export interface CanaryRun {
  /** When it began, in epoch milliseconds: what began before a change says nothing about it, however late it ended. */
  readonly startedAt: number
  /** When it ended, in epoch milliseconds. */
  readonly at: number
  readonly ok: boolean
  readonly durationMs: number
  readonly error?: string
}

/** What a gate knows of one canary: its latest runs, the last one last. */
export interface CanaryRecord {
  readonly name: string
  readonly place: PlaceId | undefined
  readonly runs: readonly CanaryRun[]
}

/** Whether a canary says something about a place: it is there, within it, around it, or about no place in particular. */
const concerns = (canary: CanaryRecord, place: PlaceId | undefined): boolean =>
  canary.place === undefined ||
  place === undefined ||
  placeContains(canary.place, place) ||
  placeContains(place, canary.place)

/** Whether a canary looks at a host that is being changed right now: it must fail while the host is away. */
const looksAtChange = (canary: CanaryRecord, place: PlaceId | undefined, phase: GateContext['phase']): boolean =>
  phase === 'during' &&
  place !== undefined &&
  canary.place !== undefined &&
  placeLevel(canary.place) === 'host' &&
  placeContains(place, canary.place)

/**
 * Judges canaries: a check that failed since `since` is `stop`; each with `runs` successes since then, the last one
 * young enough, is `go`; anything less, and no canary at all for the place, is `wait`. While hosts change, the failures
 * of canaries that look at one of these very hosts are not counted, their successes are.
 */
export function judgeCanaries(
  records: readonly CanaryRecord[],
  about: {
    source: string
    place: PlaceId | undefined
    version: string
    since: number
    at: number
    phase: GateContext['phase']
  },
  needed: number,
  maxAgeMs: number,
): Verdict {
  const { source, place, version, since, at, phase } = about
  const here = records.filter(r => concerns(r, place))
  const subject = place === undefined ? { version } : { place, version }
  if (here.length === 0)
    return verdict('wait', { source, at, subject }, 'no-canary', `no canary looks at ${place ?? 'anything'}`)
  const stops: Reason[] = []
  const waits: Reason[] = []
  const evidence: { name: string; runs: number; failed: number }[] = []
  for (const canary of here) {
    const { name, runs } = canary
    const excused = looksAtChange(canary, place, phase)
    const counted = runs.filter(r => r.startedAt >= since && (r.ok || !excused))
    evidence.push({ name, runs: counted.length, failed: counted.filter(r => !r.ok).length })
    const failed = counted.findLast(r => !r.ok)
    const last = counted.at(-1)
    if (failed) {
      const red = counted.filter(r => !r.ok).length
      stops.push({
        code: 'canary-red',
        message: `${name} failed ${red} of ${counted.length} runs: ${failed.error ?? 'no reason given'}`,
      })
    } else if (counted.length < needed) {
      waits.push({ code: 'few-runs', message: `${name} ran ${counted.length} times since then, ${needed} needed` })
    } else if (last && at - last.at > maxAgeMs) {
      waits.push({
        code: 'stale',
        message: `${name} ran last ${Math.round(at - last.at)} ms ago, at most ${maxAgeMs} allowed`,
      })
    }
  }
  const base = { subject, source, at, evidence }
  if (stops.length > 0) return { ...base, decision: 'stop', reasons: stops }
  if (waits.length > 0) return { ...base, decision: 'wait', reasons: waits }
  return {
    ...base,
    decision: 'go',
    reasons: [{ code: 'canary-green', message: `${here.length} canaries green, ${needed} runs or more each` }],
  }
}

/** The gate over records that somebody keeps. */
export function canaryGate(
  records: () => readonly CanaryRecord[],
  clock: Clock,
  defaultMaxAgeMs: number,
  options: CanaryGateOptions = {},
): Gate {
  const { name = 'canary' } = options
  const needed = wholeOption('canary gate runs', options.runs ?? 3, 1)
  const maxAgeMs = numberOption('canary gate maxAgeMs', options.maxAgeMs ?? defaultMaxAgeMs, 1)
  return {
    name,
    check: async ({ place, version, since, phase }) =>
      judgeCanaries(records(), { source: name, place, version, since, phase, at: clock.now() }, needed, maxAgeMs),
  }
}
