import { type AskOptions, ask, askedOf } from './ask.ts'
import { combine } from './combine.ts'
import type { Gate } from './gate.ts'
import { realClock } from './real-clock.ts'

/**
 * One gate out of several that answer *different* questions: any `stop` wins, else any `wait`, and `go` needs every
 * gate's `go`. All are asked at once. Without gates it is `wait`.
 */
export function all(name: string, gates: readonly Gate[], options: AskOptions = {}): Gate {
  const asked = [...gates]
  return {
    name,
    async check(context) {
      const verdicts = await Promise.all(asked.map(gate => ask(gate, context, options)))
      return combine(verdicts, askedOf(name, context, options.clock ?? realClock))
    },
  }
}
