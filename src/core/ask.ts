import { deadline } from './abort.ts'
import type { Clock } from './clock.ts'
import { AndonError } from './errors.ts'
import type { Gate, GateContext } from './gate.ts'
import { numberOption } from './options.ts'
import { type Asked, readVerdict, verdictOfError } from './read-verdict.ts'
import { realClock } from './real-clock.ts'
import type { Verdict } from './verdict.ts'

/** Options of `ask`. */
export interface AskOptions {
  /** How long the gate may take. Default 30,000 ms. */
  readonly timeoutMs?: number
  /** Default: the system's clock. */
  readonly clock?: Clock
}

/**
 * Asks a gate and always gets a verdict: a gate that throws, rejects, answers late or answers something else than a
 * verdict is read as `wait` with the cause as its reason. Rejects only when `context.signal` is aborted.
 */
export async function ask(gate: Gate, context: GateContext, options: AskOptions = {}): Promise<Verdict> {
  const { clock = realClock } = options
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 30_000, 1)
  const start = clock.monotonic()
  try {
    const answer = await deadline(
      clock,
      timeoutMs,
      gate.name,
      signal => gate.check({ ...context, signal }),
      context.signal,
    )
    // A process that was frozen meanwhile may see the answer before its own timer: late is late.
    const took = clock.monotonic() - start
    if (took > timeoutMs)
      throw new AndonError('timeout', `${gate.name}: answered after ${Math.round(took)} ms, ${timeoutMs} allowed`)
    return readVerdict(answer, askedOf(gate.name, context, clock))
  } catch (error) {
    context.signal.throwIfAborted()
    return verdictOfError(error, askedOf(gate.name, context, clock))
  }
}

/** The frame in which an answer of the gate called `source` is read. */
export function askedOf(source: string, context: GateContext, clock: Clock): Asked {
  const subject =
    context.place === undefined ? { version: context.version } : { place: context.place, version: context.version }
  return { source, subject, at: clock.now() }
}
