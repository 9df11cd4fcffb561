import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { numberOption, textOption } from '../core/options.ts'
import type { PlaceId } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'
import { verdict } from '../core/verdict.ts'
import type { CanarySource } from './canary-gate.ts'
import { type CanaryRecord, canaryLabel } from './canary-run.ts'
import { concerns } from './concerns.ts'

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
  /** As given to `startCanaries`. */
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
 * when it was started. Pure; `at` is now, in epoch milliseconds. Throws `invalid-option`.
 */
export function deadCanaries(records: readonly CanaryRecord[], rule: DeadCanaryRule, at: number): DeadCanary[] {
  const limit = limitOf(rule)
  const { expected = [], watchedSince = 0 } = rule
  const known = new Set(records.map(keyOf))
  const missing: CanaryRecord[] = expected
    .filter(e => !known.has(keyOf(e)))
    .map(e => ({ ...e, place: e.place, since: watchedSince, runs: [] }))
  return [...records, ...missing].flatMap(({ name, place, vantage, runs, since = watchedSince }) => {
    const lastAt = runs.at(-1)?.at
    const silentMs = at - (lastAt ?? since)
    if (silentMs <= limit) return []
    return [{ name, place, ...(vantage === undefined ? {} : { vantage }), lastAt, silentMs }]
  })
}

/** The gate over them: `wait` with a reason `dead-canary` for each, `wait` when there is no canary, else `go`. */
export function deadCanaryGate(
  source: CanarySource,
  options: DeadCanaryRule & { readonly name?: string; readonly clock?: Clock },
): Gate {
  const { clock = realClock } = options
  const name = textOption('deadCanaryGate name', options.name ?? 'dead canaries')
  const limit = limitOf(options)
  const rule = { watchedSince: clock.now(), ...options }
  return {
    name,
    async check({ place, version }) {
      const here = (await source()).filter(r => concerns(r, place))
      const expected = rule.expected?.filter(e => concerns({ place: e.place }, place)) ?? []
      const at = clock.now()
      const base = { source: name, at, subject: place === undefined ? { version } : { place, version } }
      const dead = deadCanaries(here, { ...rule, expected }, at)
      if (here.length + expected.length === 0)
        return verdict('wait', base, 'no-canary', `no canary looks at ${place ?? 'anything'}`)
      if (dead.length === 0) return verdict('go', base, 'canaries-alive', `${here.length} canaries publish`)
      const reasons = dead.map(one => ({
        code: 'dead-canary',
        message: `${canaryLabel(one)} has published nothing for ${Math.round(one.silentMs)} ms, at most ${limit} allowed`,
      }))
      return { ...base, decision: 'wait', reasons, evidence: dead }
    },
  }
}

const limitOf = ({ everyMs, timeoutMs, graceMs = 60_000 }: DeadCanaryRule): number =>
  numberOption('deadCanaries everyMs', everyMs, 1) +
  numberOption('deadCanaries timeoutMs', timeoutMs, 1) +
  numberOption('deadCanaries graceMs', graceMs, 0)

const keyOf = ({ name, place, vantage }: { name: string; place?: PlaceId | undefined; vantage?: string }): string =>
  JSON.stringify([name, place ?? null, vantage ?? null])
