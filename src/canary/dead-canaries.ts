import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { invalid, numberOption, portOption, textOption } from '../core/options.ts'
import { type PlaceId, parsePlace } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'
import { type Reason, verdict } from '../core/verdict.ts'
import type { CanarySource } from './canary-gate.ts'
import { type CanaryRecord, canaryLabel } from './canary-run.ts'
import { concerns } from './concerns.ts'
import { isAhead, isWhole } from './freshness.ts'

/** A canary that should publish and does not. */
export interface DeadCanary {
  readonly name: string
  readonly place: PlaceId | undefined
  readonly vantage?: string
  /** When it was last heard of, in epoch milliseconds; undefined when it never was. */
  readonly lastAt: number | undefined
  /** How long it has been silent, in milliseconds. */
  readonly silentMs: number
}

/** How silence is told from patience. */
export interface DeadCanaryRule {
  /** As given to `startCanaries`; for records that do not say their own. */
  readonly everyMs: number
  readonly timeoutMs: number
  /** What is allowed on top of both, in milliseconds: for a slow way here. Default 60,000. */
  readonly graceMs?: number
  /** Canaries that must be there: one of which there is no record is dead since `watchedSince`. Default none. */
  readonly expected?: readonly (Pick<CanaryRecord, 'name' | 'vantage'> & { readonly place?: PlaceId })[]
  /** Since when somebody has been watching, in epoch milliseconds. Default 0: for ever. */
  readonly watchedSince?: number
}

/**
 * The canaries that have published nothing for longer than interval + timeout + grace. One that never ran counts from
 * when it was started. Pure; `at` is now, in epoch milliseconds. Throws `invalid-option`, and `invalid-place`.
 */
export function deadCanaries(records: readonly CanaryRecord[], rule: DeadCanaryRule, at: number): DeadCanary[] {
  return hear(records, readRule(rule), at).flatMap(({ dead }) => dead ?? [])
}

/**
 * The gate over them: `go` when every canary that is known or expected has a young run. Else `wait`, with a reason
 * `dead-canary`, `not-yet-heard` or `future-run` for each that has not, or `no-canary`. Throws as `deadCanaries`.
 */
export function deadCanaryGate(
  source: CanarySource,
  options: DeadCanaryRule & { readonly name?: string; readonly clock?: Clock },
): Gate {
  const { clock = realClock } = options
  const name = textOption('deadCanaryGate name', options.name ?? 'dead canaries')
  portOption('deadCanaryGate source', { source }, ['source'])
  const rule = readRule({ ...options, watchedSince: options.watchedSince ?? clock.now() })
  return {
    name,
    async check({ place, version }) {
      const here = (await source()).filter(r => concerns(r, place))
      const expected = rule.expected.filter(e => concerns({ place: e.place }, place))
      const at = clock.now()
      const base = { source: name, at, subject: place === undefined ? { version } : { place, version } }
      if (here.length + expected.length === 0)
        return verdict('wait', base, 'no-canary', `no canary looks at ${place ?? 'anything'}`)
      const heard = hear(here, { ...rule, expected }, at)
      const reasons = heard.flatMap(({ reason }) => reason ?? [])
      if (reasons.length === 0) return verdict('go', base, 'canaries-alive', `${here.length} canaries publish`)
      return { ...base, decision: 'wait', reasons, evidence: heard.flatMap(({ dead }) => dead ?? []) }
    },
  }
}

/** What is known of each canary, there or only expected: nothing is wrong when there is no `reason`. */
function hear(records: readonly CanaryRecord[], rule: Required<DeadCanaryRule>, at: number) {
  const known = new Set(records.map(keyOf))
  const missing: CanaryRecord[] = rule.expected
    .filter(e => !known.has(keyOf(e)))
    .map(e => ({ ...e, place: e.place, since: rule.watchedSince, runs: [] }))
  return [...records, ...missing].map((record): { dead?: DeadCanary; reason?: Reason } => {
    const { name, place, vantage, runs, since = rule.watchedSince } = record
    const label = canaryLabel(record)
    const last = runs.at(-1)
    const lastAt = last && isWhole(last) ? last.at : undefined
    const silentMs = at - (lastAt ?? since)
    const limit = (record.everyMs ?? rule.everyMs) + (record.timeoutMs ?? rule.timeoutMs) + rule.graceMs
    if (!(silentMs <= limit)) {
      const message = `${label} has published nothing for ${Math.round(silentMs)} ms, at most ${limit} allowed`
      const dead = { name, place, ...(vantage === undefined ? {} : { vantage }), lastAt, silentMs }
      return { dead, reason: { code: 'dead-canary', message } }
    }
    if (last === undefined || lastAt === undefined)
      return { reason: { code: 'not-yet-heard', message: `${label} has published nothing yet` } }
    if (!isAhead(last, at)) return {}
    return { reason: { code: 'future-run', message: `${label} has a run ${Math.round(-silentMs)} ms from now` } }
  })
}

function readRule({ everyMs, timeoutMs, graceMs = 60_000, expected = [], watchedSince = 0 }: DeadCanaryRule) {
  numberOption('deadCanaries everyMs', everyMs, 1)
  numberOption('deadCanaries timeoutMs', timeoutMs, 1)
  numberOption('deadCanaries graceMs', graceMs, 0)
  numberOption('deadCanaries watchedSince', watchedSince, 0)
  if (!Array.isArray(expected)) throw invalid('deadCanaries expected', 'an array', expected)
  for (const [i, one] of (expected as NonNullable<DeadCanaryRule['expected']>).entries()) {
    textOption(`deadCanaries expected[${i}].name`, one?.name)
    if (one.place !== undefined) parsePlace(one.place)
    if (one.vantage !== undefined) textOption(`deadCanaries expected[${i}].vantage`, one.vantage)
  }
  return { everyMs, timeoutMs, graceMs, expected, watchedSince }
}

const keyOf = ({ name, place, vantage }: { name: string; place?: PlaceId | undefined; vantage?: string }): string =>
  JSON.stringify([name, place ?? null, vantage ?? null])
