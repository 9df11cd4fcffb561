import type { Check } from '../core/check.ts'
import type { Timer } from '../core/clock.ts'
import { AndonError } from '../core/errors.ts'
import type { Gate } from '../core/gate.ts'
import { guarded } from '../core/guarded.ts'
import { safeLogger } from '../core/logger.ts'
import { wholeOption } from '../core/options.ts'
import { systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { type CanaryGateOptions, canaryGate } from './canary-gate.ts'
import { type CanaryMemory, canaryMemory } from './canary-memory.ts'
import { canaryPublisher, type Publish } from './canary-metrics.ts'
import { type CanaryOptions, readCanaryOptions, readChecks } from './canary-options.ts'
import type { CanaryRecord } from './canary-run.ts'
import { type OneCanary, oneCanary } from './one-canary.ts'
import { paceOf } from './pace.ts'

/** Checks that run for ever, until closed. */
export interface Canaries {
  /** What is remembered of each check. */
  records(): readonly CanaryRecord[]
  /** A gate over them, for pipelines. Once closed it never says `go`: reason `closed`. */
  gate(options?: CanaryGateOptions): Gate
  /** Stops; resolves when no run is under way any more (each is aborted). */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Runs every check every `everyMs`, or as often as it says itself, each on its own schedule, the first turn at a random moment of the first interval. A
 * check never overlaps itself: a turn that comes while the last run still goes on is skipped, and the skip is published.
 * A run that exceeds `timeoutMs`, throws or answers nonsense is a failed run. Neither the timers nor the deadlines keep
 * the process alive. Throws `invalid-option`, and `invalid-place`, and has started nothing then.
 */
export function startCanaries(checks: Iterable<Check>, options: CanaryOptions = {}): Canaries {
  const { sink, onRun, clock = realClock, random = systemRandom, signal } = options
  const settings = readCanaryOptions(options)
  const { heartbeatMs, keep, vantage } = settings
  const list = readChecks(checks).map(check => {
    const pace = paceOf(check, settings, options)
    return { check, pace, anchor: clock.monotonic() + random() * pace.everyMs }
  })
  const logger = safeLogger(options.logger)
  const stopping = new AbortController()
  const canaries: { memory: CanaryMemory; publish: Publish; canary: OneCanary }[] = []
  let heart: Timer | undefined

  const close = async () => {
    stopping.abort(new AndonError('closed', 'the canaries were closed'))
    heart?.cancel()
    signal?.removeEventListener('abort', onAbort)
    await Promise.all(canaries.map(({ canary }) => canary.stop()))
  }
  const onAbort = () => void close()
  if (signal?.aborted) stopping.abort(signal.reason)
  // Before the first timer: what throws here must not leave canaries that nobody can stop.
  signal?.addEventListener('abort', onAbort, { once: true })

  /** What belongs to the user may throw, now or later: that is said, and breaks nothing. */
  const told = (what: string, call: () => unknown) =>
    guarded(call, error => logger.warn(`andon: ${what} failed`, { error }))

  for (const { check, pace, anchor } of list) {
    const memory = canaryMemory(check, pace, clock)
    const publish = canaryPublisher(check, vantage, sink, clock.now, call => told('the metric sink', call))
    const rim = {
      check,
      settings: pace,
      memory,
      publish,
      clock,
      signal: stopping.signal,
      onRun: (run: Parameters<NonNullable<typeof onRun>>[1]) => told('onRun', () => onRun?.(check.name, run)),
      onFrozen: () => logger.warn('andon: a run was skipped, the process stood still', { canary: check.name }),
    }
    canaries.push({ memory, publish, canary: oneCanary(rim, anchor) })
  }

  const beat = (inMs: number) => {
    if (stopping.signal.aborted) return
    heart = clock.setTimer(inMs, () => {
      beat(heartbeatMs)
      for (const { canary, publish } of canaries) if (canary.alive()) publish('heartbeat', 1)
    })
  }
  beat(0)

  const records = () => canaries.map(({ memory }) => memory.record())
  return {
    records,
    gate(gateOptions = {}) {
      wholeOption('canary gate runs', gateOptions.runs ?? 3, 1, keep)
      const gate = canaryGate(records, { clock, ...gateOptions })
      return {
        ...gate,
        async check(context) {
          const judged = await gate.check(context)
          if (judged.decision !== 'go' || !stopping.signal.aborted) return judged
          return { ...judged, decision: 'wait', reasons: [{ code: 'closed', message: 'the canaries were closed' }] }
        },
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
