import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { SafetyCheck, SafetyRequest } from '../../core/safety-check.ts'
import type { Verdict } from '../../core/verdict.ts'
import { readSafetyVerdict } from '../../parts/placement/index.ts'
import { waitAnswer } from './wait-answer.ts'

/**
 * Asks a check and always gets a well-formed verdict about this very request: one that throws, answers nonsense, or does
 * not answer within `timeoutMs` and before the request's deadline, comes to `wait`. Rejects only when `signal` aborts.
 */
export async function answerQuestion(
  check: SafetyCheck,
  request: SafetyRequest,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  signal.throwIfAborted()
  const startedAt = clock.monotonic()
  const ms = Math.min(timeoutMs, request.deadline - clock.now())
  if (ms <= 0) return waitAnswer(request, clock.now(), 'timeout', 'the deadline had passed before the question came')
  try {
    const work = (cut: AbortSignal) => check.isSafeToReserve(request, { signal: cut })
    const answer: unknown = await deadline(clock, ms, 'isSafeToReserve', work, signal)
    // A process that was frozen meanwhile may see the answer before its own timer: late is late.
    if (clock.monotonic() - startedAt > ms) throw new AndonError('timeout', `isSafeToReserve: took more than ${ms} ms`)
    return readSafetyVerdict(answer, request, clock.now())
  } catch (error) {
    signal.throwIfAborted()
    const code = isAndonError(error, 'timeout') ? 'timeout' : 'error'
    return waitAnswer(request, clock.now(), code, messageOf(error))
  }
}
