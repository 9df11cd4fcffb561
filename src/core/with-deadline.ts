import { ask } from './ask.ts'
import type { Clock } from './clock.ts'
import type { Gate } from './gate.ts'
import { numberOption } from './options.ts'
import { realClock } from './real-clock.ts'

/** The same gate, given at most `timeoutMs` to answer; an answer that is late, an error or malformed becomes `wait`. */
export function withDeadline(gate: Gate, timeoutMs: number, options: { clock?: Clock } = {}): Gate {
  numberOption('timeoutMs', timeoutMs, 1)
  return { name: gate.name, check: context => ask(gate, context, { timeoutMs, clock: options.clock ?? realClock }) }
}
