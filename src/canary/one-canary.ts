import type { Check } from '../core/check.ts'
import type { Clock, Timer } from '../core/clock.ts'
import type { CanaryMemory } from './canary-memory.ts'
import type { Publish } from './canary-metrics.ts'
import type { CanarySettings } from './canary-options.ts'
import type { CanaryRun } from './canary-run.ts'
import { nextTurn } from './next-turn.ts'
import { type Outcome, oneRun } from './one-run.ts'

/** What one canary works with. */
export interface CanaryRim {
  readonly check: Check
  readonly settings: CanarySettings
  readonly memory: CanaryMemory
  readonly publish: Publish
  readonly onRun: (run: CanaryRun) => void
  /** Told of a turn without a run. */
  readonly onFrozen: () => void
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** One canary at work. */
export interface OneCanary {
  /** Whether it has its turns: none is overdue by more than an interval. */
  alive(): boolean
  /** Sets no timer any more; resolves when no run is under way. */
  stop(): Promise<void>
}

// A check that never heeds its signal leaves something behind at each run: at so many it is not called any more.
const MOST_UNSETTLED = 10

/** Gives one check its turns, the first at `anchor` (on the monotonic clock), till its signal is aborted. */
export function oneCanary(rim: CanaryRim, anchor: number): OneCanary {
  const { check, settings, memory, publish, clock, signal } = rim
  const { everyMs, timeoutMs, whileFailingMs } = settings
  const control = check.expect === 'fail'
  let timer: Timer | undefined
  let due = anchor
  let last = anchor
  let failing = false
  let running: Promise<void> | undefined
  let unsettled = 0

  const schedule = (at: number) => {
    timer?.cancel()
    if (signal.aborted) return
    due = at
    timer = clock.setTimer(at - clock.monotonic(), turn)
  }
  const next = () =>
    schedule(nextTurn({ anchor, everyMs, whileFailingMs, failing, last }, Math.max(last, clock.monotonic())))
  const turn = () => {
    // A timer may fire a hair before its time: this is the turn that was due, all the same.
    last = Math.max(due, clock.monotonic())
    next()
    if (running) return publish('skipped', 1)
    running = run().finally(() => {
      running = undefined
    })
  }
  const run = async () => {
    const began = { wall: clock.now(), monotonic: clock.monotonic() }
    // Only what earlier runs left counts: this one's own may take a moment to heed its signal.
    const left = unsettled
    const outcome = left < MOST_UNSETTLED ? await once() : leaking(left)
    if (signal.aborted) return
    if (outcome.frozen) {
      publish('skipped', 1)
      return rim.onFrozen()
    }
    const { leaked: _, ...result } = outcome.result
    const { first } = outcome
    const at = clock.now()
    // Whichever way the clock was set meanwhile, a run that began before a change must not look as if it began after it.
    const startedAt = Math.min(began.wall, at - (clock.monotonic() - began.monotonic))
    const done: CanaryRun = { ...result, startedAt, at, ...(first === undefined ? {} : { first }) }
    memory.add(done)
    publish('success', done.ok ? 100 : 0)
    publish('failed', done.ok ? 0 : 1)
    publish('firstFailed', done.ok && !first ? 0 : 1)
    publish('duration', done.durationMs)
    publish('leaked', outcome.leaked + left)
    rim.onRun(done)
    const before = failing
    failing = !done.ok && !control
    // A turn that is due this very moment stands.
    if (failing !== before && due > clock.monotonic()) next()
  }
  const once = async (): Promise<Outcome> => {
    const outcome = await oneRun(check, timeoutMs, settings.retest && !control, clock, signal)
    for (const ended of outcome.unsettled) {
      unsettled++
      void ended.then(() => unsettled--)
    }
    return outcome
  }

  schedule(anchor)
  return {
    alive: () => clock.monotonic() - due <= everyMs,
    async stop() {
      timer?.cancel()
      await running
    },
  }
}

const leaking = (unsettled: number): Outcome => ({
  result: {
    ok: false,
    durationMs: 0,
    code: 'leaking',
    error: `not run: ${unsettled} earlier runs were told to stop and still go on`,
  },
  leaked: 0,
  unsettled: [],
  frozen: false,
})
