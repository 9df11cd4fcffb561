import { deadline } from '../core/abort.ts'
import type { Check, CheckResult } from '../core/check.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { AndonError } from '../core/errors.ts'
import type { Gate } from '../core/gate.ts'
import { guarded } from '../core/guarded.ts'
import { type Logger, safeLogger } from '../core/logger.ts'
import type { MetricSink } from '../core/metrics.ts'
import { describe, invalid, messageOf, numberOption, portOption, textOption, wholeOption } from '../core/options.ts'
import { type Random, systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { type CanaryGateOptions, type CanaryRecord, type CanaryRun, canaryGate } from './canary-gate.ts'

export interface CanaryOptions {
  /** From the start of one run to the start of the next, in milliseconds. Default 60,000. */
  readonly everyMs?: number
  /** How long one run may take, in milliseconds; then it is a failed run. Default: `everyMs`. */
  readonly timeoutMs?: number
  /** Where `CanarySuccess` (0 or 1), `CanaryDuration` (ms), `CanarySkipped` and `CanaryHeartbeat` go. */
  readonly sink?: MetricSink
  /** Runs remembered for each check. Default 1,000. */
  readonly keep?: number
  /** Told of every finished run. May throw; that changes nothing. */
  readonly onRun?: (name: string, run: CanaryRun) => void
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
  /** Stops them all. */
  readonly signal?: AbortSignal
}

/** Checks that run for ever, until closed. */
export interface Canaries {
  /** What is remembered of each check. */
  records(): readonly CanaryRecord[]
  /** A gate over them, for pipelines. */
  gate(options?: CanaryGateOptions): Gate
  /** Stops; resolves when no run is under way any more (each is aborted). */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const NOWHERE = '-'

/**
 * Runs every check every `everyMs`, each on its own schedule, the first turn at a random moment of the first interval. A check never overlaps itself: a turn that comes while the last run still goes on is skipped, and
 * the skip is published. A run that exceeds `timeoutMs`, throws or answers nonsense is a failed run. The timers do not
 * keep the process alive.
 */
export function startCanaries(checks: Iterable<Check>, options: CanaryOptions = {}): Canaries {
  const { sink, onRun, clock = realClock, random = systemRandom, signal } = options
  const everyMs = numberOption('everyMs', options.everyMs ?? 60_000, 1)
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? everyMs, 1)
  const keep = wholeOption('keep', options.keep ?? 1000, 1)
  const logger = safeLogger(options.logger)
  const stopping = new AbortController()
  const records = new Map<string, CanaryRecord & { runs: CanaryRun[] }>()
  const timers = new Map<string, Timer>()
  const running = new Map<string, Promise<void>>()

  /** What belongs to the user may throw, now or later: that is said, and breaks nothing. */
  const told = (what: string, call: () => unknown) =>
    guarded(call, error => logger.warn(`andon: ${what} failed`, { error }))
  const publish = (metric: string, check: Check, value: number, unit: 'count' | 'ms') => {
    told('the metric sink', () => sink?.record({ metric, place: check.place ?? NOWHERE, value, at: clock.now(), unit }))
  }
  const runOnce = async (check: Check): Promise<void> => {
    const startedAt = clock.now()
    const result = await attempt(check, timeoutMs, clock, stopping.signal)
    if (stopping.signal.aborted) return
    const run: CanaryRun = { ...result, startedAt, at: clock.now() }
    const { runs } = records.get(check.name)!
    runs.push(run)
    if (runs.length > keep) runs.shift()
    publish('CanarySuccess', check, run.ok ? 1 : 0, 'count')
    publish('CanaryDuration', check, run.durationMs, 'ms')
    told('onRun', () => onRun?.(check.name, run))
  }
  const turn = (check: Check, due: number) => {
    // Turns keep their places on the clock; those missed while the process was frozen are not made up for.
    const next = due + everyMs * Math.max(1, Math.ceil((clock.monotonic() - due) / everyMs))
    schedule(check, next)
    publish('CanaryHeartbeat', check, 1, 'count')
    if (running.has(check.name)) return publish('CanarySkipped', check, 1, 'count')
    const run = runOnce(check).finally(() => running.delete(check.name))
    running.set(check.name, run)
  }
  const schedule = (check: Check, due: number) => {
    if (stopping.signal.aborted) return
    timers.set(
      check.name,
      clock.setTimer(due - clock.monotonic(), () => turn(check, due)),
    )
  }
  const close = async () => {
    stopping.abort(new AndonError('closed', 'the canaries were closed'))
    for (const timer of timers.values()) timer.cancel()
    signal?.removeEventListener('abort', onAbort)
    await Promise.all(running.values())
  }
  const onAbort = () => void close()

  // Once: a generator cannot be gone through twice.
  const list = [...checks]
  for (const check of list) {
    portOption('check', check, ['run'])
    if (typeof check.name !== 'string' || check.name === '')
      throw invalid('check name', 'a non-empty string', check.name)
    if (records.has(check.name)) throw invalid('check name', 'a name that no other check has', check.name)
    records.set(check.name, { name: check.name, place: check.place, runs: [] })
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) stopping.abort(signal.reason)
  for (const check of list) schedule(check, clock.monotonic() + random() * everyMs)

  return {
    records: () => [...records.values()],
    gate: (gateOptions = {}) => {
      if (gateOptions.name !== undefined) textOption('canary gate name', gateOptions.name)
      wholeOption('canary gate runs', gateOptions.runs ?? Math.min(3, keep), 1, keep)
      return canaryGate(() => [...records.values()], clock, 3 * everyMs + timeoutMs, gateOptions)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** One run, whatever the check does. Never rejects. */
async function attempt(check: Check, timeoutMs: number, clock: Clock, signal: AbortSignal): Promise<CheckResult> {
  const start = clock.monotonic()
  const failed = (error: string): CheckResult => ({ ok: false, durationMs: clock.monotonic() - start, error })
  try {
    const result: CheckResult = await deadline(clock, timeoutMs, check.name, s => check.run({ signal: s }), signal, {
      keepAlive: false,
    })
    if (typeof result?.ok !== 'boolean') return failed(`expected { ok, durationMs }, got ${describe(result)}`)
    const durationMs = Number.isFinite(result.durationMs) ? result.durationMs : clock.monotonic() - start
    return { ...result, durationMs }
  } catch (error) {
    return failed(messageOf(error))
  }
}
