import { deadline } from '../core/abort.ts'
import type { Check, CheckResult } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { isAndonError } from '../core/errors.ts'
import { describe, messageOf } from '../core/options.ts'

/** One attempt. `settled` is false when the check was told to stop and still goes on; `ended` resolves when it does. */
export interface Attempt {
  readonly result: CheckResult
  readonly settled: boolean
  readonly ended: Promise<void>
  /** The process stood still meanwhile: the attempt says nothing of what was checked. */
  readonly frozen: boolean
}

// A timer that is later than this was not only waiting for its turn.
const FREEZE_MS = 1000

/** Runs a check once, whatever it does: an attempt that is late, throws or answers nonsense failed. Never rejects. */
export async function attempt(check: Check, timeoutMs: number, clock: Clock, signal: AbortSignal): Promise<Attempt> {
  const start = clock.monotonic()
  let settled = false
  let ended: Promise<void> = Promise.resolve()
  const run = (own: AbortSignal) => {
    const answer = (async () => check.run({ signal: own }))()
    const over = () => {
      settled = true
    }
    ended = answer.then(over, over)
    return answer
  }
  const failed = (code: string, error: string): CheckResult => ({ ok: false, durationMs: spent(), error, code })
  const spent = () => clock.monotonic() - start
  let result: CheckResult
  try {
    result = read(await deadline(clock, timeoutMs, check.name, run, signal, { keepAlive: false }), spent)
    // Late is late, even when the answer is seen before the timer.
    if (spent() > timeoutMs) result = failed('timeout', `${check.name}: no answer within ${timeoutMs} ms`)
  } catch (error) {
    result = failed(isAndonError(error) ? shortCode(error.code) : 'threw', short(messageOf(error)))
  }
  return { result, settled, ended, frozen: spent() > timeoutMs + FREEZE_MS }
}

/** What a check answered, each field read once and none but ours. */
function read(answer: CheckResult, spent: () => number): CheckResult {
  const { ok, durationMs, error, code, leaked, detail } = (answer ?? {}) as CheckResult
  if (typeof ok !== 'boolean')
    return {
      ok: false,
      durationMs: spent(),
      error: `expected { ok, durationMs }, got ${describe(answer)}`,
      code: 'malformed',
    }
  return {
    ok,
    durationMs: Number.isFinite(durationMs) && durationMs >= 0 ? durationMs : spent(),
    ...(error === undefined || ok ? {} : { error: short(typeof error === 'string' ? error : describe(error)) }),
    ...(typeof code !== 'string' || ok ? {} : { code: shortCode(code) }),
    ...(Number.isFinite(leaked) && leaked! > 0 ? { leaked } : {}),
    ...(detail === undefined ? {} : { detail }),
  }
}

// What is remembered is bounded, whatever a check says.
const short = (text: string): string => (text.length > 1000 ? `${text.slice(0, 997)}...` : text)
const shortCode = (code: string): string => code.slice(0, 100)
