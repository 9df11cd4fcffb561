import { type AskOptions, ask, askedOf } from './ask.ts'
import { merge } from './combine.ts'
import type { Gate } from './gate.ts'
import { invalid, wholeOption } from './options.ts'
import { realClock } from './real-clock.ts'
import type { Decision } from './verdict.ts'

/** The rule for redundant observers: `k` × `go` → go; more than n−k × `stop` → stop; else, and without any, wait. */
export function quorumDecision(k: number, decisions: readonly Decision[]): Decision {
  // No evidence, or a number that no vote could mean: nobody can tell.
  if (!(k >= 1 && k <= decisions.length)) return 'wait'
  const count = (wanted: Decision) => decisions.filter(d => d === wanted).length
  if (count('go') >= k) return 'go'
  return count('stop') > decisions.length - k ? 'stop' : 'wait'
}

/**
 * One gate out of *redundant* observers of one question about one subject: `go` when at least `k` of them say so,
 * `stop` when so many say `stop` that `k` times `go` cannot be reached, else `wait`. An observer that is down counts as
 * `wait`. For different questions use `all`. Throws `invalid-option` unless 1 ≤ k ≤ the number of gates.
 */
export function quorum(name: string, k: number, gates: readonly Gate[], options: AskOptions = {}): Gate {
  if (gates.length === 0) throw invalid('quorum gates', 'at least one gate', gates)
  wholeOption('quorum k', k, 1, gates.length)
  const asked = [...gates]
  return {
    name,
    async check(context) {
      const verdicts = await Promise.all(asked.map(gate => ask(gate, context, options)))
      const votes = verdicts.map(v => v.decision)
      const decision = quorumDecision(k, votes)
      const deciders = verdicts.filter(v => v.decision === decision)
      const message = `${votes.filter(v => v === 'go').length} go, ${votes.filter(v => v === 'stop').length} stop of ${votes.length}; ${k} needed`
      return merge(decision, deciders, askedOf(name, context, options.clock ?? realClock), [
        { code: 'quorum', message },
      ])
    },
  }
}

/** `quorum` with k = 1: one observer's `go` is enough, and it takes all of them to stop. */
export function anyOf(name: string, gates: readonly Gate[], options: AskOptions = {}): Gate {
  return quorum(name, 1, gates, options)
}
