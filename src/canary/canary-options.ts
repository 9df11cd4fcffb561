import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { MetricSink } from '../core/metrics.ts'
import { invalid, literalOption, numberOption, portOption, textOption, wholeOption } from '../core/options.ts'
import { parsePlace } from '../core/place.ts'
import type { Random } from '../core/random.ts'
import type { CanaryRun } from './canary-run.ts'

/** Options of `startCanaries`. */
export interface CanaryOptions {
  /** From the start of one run to the start of the next, in milliseconds. Default 60,000. */
  readonly everyMs?: number
  /**
   * How long one run may take, its retest included, in milliseconds; then it is a failed run. Default: `everyMs`. A run
   * whose first attempt has used it up is not tried again.
   */
  readonly timeoutMs?: number
  /** From run to run while the last one failed, in milliseconds; at most `everyMs`, which is the default. */
  readonly whileFailingMs?: number
  /** Whether a run that failed is tried again at once; both attempts are published. Default true. */
  readonly retest?: boolean
  /** Where it all runs from, as `office` or `other-cloud`: the dimension `Vantage` of every number. Default: none. */
  readonly vantage?: string
  /** Where the numbers go. Each is described at `CANARY_METRICS`. */
  readonly sink?: MetricSink
  /** From heartbeat to heartbeat, in milliseconds. Default 60,000. */
  readonly heartbeatMs?: number
  /** Runs remembered for each check. Default 100. */
  readonly keep?: number
  /** Told of every finished run. May throw; that changes nothing. */
  readonly onRun?: (name: string, run: CanaryRun) => void
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
  /** Stops them all. */
  readonly signal?: AbortSignal
}

/** The options that are plain values, checked and with their defaults. */
export interface CanarySettings {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly whileFailingMs: number
  readonly heartbeatMs: number
  readonly retest: boolean
  readonly keep: number
  readonly vantage: string | undefined
}

/** Reads the options. Throws `invalid-option`. */
export function readCanaryOptions(options: CanaryOptions): CanarySettings {
  const everyMs = numberOption('everyMs', options.everyMs ?? 60_000, 1)
  const { retest = true, vantage } = options
  if (typeof retest !== 'boolean') throw invalid('retest', 'true or false', retest)
  if (options.sink !== undefined) portOption('sink', options.sink, ['record'])
  if (options.clock !== undefined) portOption('clock', options.clock, ['now', 'monotonic', 'setTimer'])
  for (const name of ['onRun', 'random'] as const) if (options[name] !== undefined) portOption(name, options, [name])
  if (options.signal !== undefined) portOption('signal', options.signal, ['addEventListener', 'removeEventListener'])
  return {
    everyMs,
    timeoutMs: numberOption('timeoutMs', options.timeoutMs ?? everyMs, 1),
    whileFailingMs: numberOption('whileFailingMs', options.whileFailingMs ?? everyMs, 1, everyMs),
    heartbeatMs: numberOption('heartbeatMs', options.heartbeatMs ?? 60_000, 1),
    retest,
    keep: wholeOption('keep', options.keep ?? 100, 1),
    vantage: vantage === undefined ? undefined : textOption('vantage', vantage),
  }
}

/** Reads the checks, once: a generator cannot be gone through twice. Throws `invalid-option`, and `invalid-place`. */
export function readChecks(checks: Iterable<Check>): readonly Check[] {
  if (typeof (checks as Partial<Iterable<Check>> | null | undefined)?.[Symbol.iterator] !== 'function')
    throw invalid('checks', 'an array, or what can be gone through', checks)
  const names = new Set<string>()
  return Array.from(checks, check => {
    portOption('check', check, ['run'])
    textOption('check name', check.name)
    if (names.has(check.name)) throw invalid('check name', 'a name that no other check has', check.name)
    if (check.place !== undefined) parsePlace(check.place)
    if (check.expect !== undefined) literalOption('check expect', check.expect, ['pass', 'fail'])
    names.add(check.name)
    return check
  })
}
