import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { portOption, textOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import { type Reason, type Verdict, verdict } from '../core/verdict.ts'
import type { RunResult, ScenarioResult } from './run/run.ts'
import type { RunOptions, Suite } from './suite.ts'

export interface ScenarioGateOptions extends Omit<RunOptions, 'signal'> {
  /** Default `scenarios`. */
  readonly name?: string
  readonly clock?: Clock
}

/**
 * A gate that runs scenarios when it is asked: a scenario that failed is `stop`; `go` when one at least passed and all
 * others passed or were skipped; everything else is `wait`: nothing to run, a feature that cannot be read, a step that is
 * pending, undefined or ambiguous, hooks of the run that failed, a run that was aborted. Throws `invalid-option`.
 */
export function scenarioGate(suite: Pick<Suite, 'run'>, options: ScenarioGateOptions = {}): Gate {
  const { name: given = 'scenarios', clock = realClock, ...run } = options
  const name = textOption('scenarioGate name', given)
  portOption('scenarioGate suite', suite, ['run'])
  return {
    name,
    async check({ place, version, signal }) {
      const result = await suite.run({ ...run, signal })
      const subject = place === undefined ? { version } : { place, version }
      return judge(result, { source: name, at: clock.now(), subject }, signal.aborted)
    },
  }
}

type Basis = Pick<Verdict, 'source' | 'at' | 'subject'>

function judge({ scenarios, errors }: RunResult, basis: Basis, isAborted: boolean): Verdict {
  const counts = { ran: scenarios.length, passed: scenarios.filter(({ status }) => status === 'PASSED').length }
  const base = { ...basis, evidence: counts }
  // What fails because it is stopped says nothing of the service.
  if (isAborted) return { ...base, decision: 'wait', reasons: [{ code: 'aborted', message: 'the run was aborted' }] }
  const failed = scenarios.filter(({ status }) => status === 'FAILED')
  if (failed.length > 0) return { ...base, decision: 'stop', reasons: failed.map(reason('scenario-failed')) }
  const open = scenarios.filter(({ status }) => status !== 'PASSED' && status !== 'SKIPPED')
  const waits: Reason[] = [
    ...errors.map(message => ({ code: 'run-error', message })),
    ...open.map(reason('scenario-open')),
    ...(counts.passed === 0 ? [{ code: 'no-scenario', message: 'no scenario has passed' }] : []),
  ]
  if (waits.length > 0) return { ...base, decision: 'wait', reasons: waits }
  return { ...verdict('go', basis, 'scenarios-passed', `${counts.passed} of ${counts.ran} passed`), evidence: counts }
}

const reason =
  (code: string) =>
  ({ name, uri, line, status, error }: ScenarioResult): Reason => ({
    code,
    message: `${name} (${uri}:${line}): ${error ? `${error.step}: ${error.message}` : status.toLowerCase()}`,
  })
