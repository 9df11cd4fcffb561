import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { literalOption, wholeOption } from '../core/options.ts'
import type { RunResult } from '../scenarios/index.ts'
import { redactor } from '../scenarios/run/redactor.ts'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'
import { durationOption } from './duration-option.ts'
import { interrupts } from './interrupts.ts'
import { numeric } from './numeric.ts'
import { parseErrorLine } from './parse-error-line.ts'
import { printable } from './printable.ts'
import { loadSuite, type SuiteOptions } from './scenarios-inputs.ts'
import { reportSpecs } from './scenarios-reports.ts'
import { type StrayErrors, strayErrors } from './stray-errors.ts'
import { tagExpression } from './tag-expression.ts'

export interface RunGiven extends SuiteOptions {
  readonly retry: string
  readonly parallel: string
  readonly order: string
  readonly stepTimeout: string
  readonly report: readonly string[]
}

const ORDERS = ['defined', 'reverse', 'random'] as const

/** `andon scenarios run`. Rejects with `scenarios-failed` when anything failed, `no-scenarios` when nothing ran. */
export async function runScenarios(
  world: CliWorld,
  command: Command,
  paths: readonly string[],
  given: RunGiven,
): Promise<void> {
  const { stdout, stderr, terminal } = world
  const ready = await beforehand(command, async () => {
    const options = {
      retry: wholeOption('--retry', numeric(given.retry), 0, 100),
      parallel: wholeOption('--parallel', numeric(given.parallel), 1, 1000),
      order: literalOption('--order', given.order, ORDERS),
      stepTimeoutMs: durationOption('--step-timeout', given.stepTimeout),
      ...(given.tags === undefined ? {} : { tags: given.tags }),
    }
    const specs = reportSpecs(world.cwd, given.report)
    const loaded = await loadSuite(world, paths, given)
    const { text: clean } = redactor(loaded.secrets)
    // The run would tell it too, but as a failure and not as wrong usage.
    if (given.tags !== undefined) await tagExpression(given.tags)
    const { openReports } = await import('../scenarios/reports/index.ts')
    const reports = await openReports(specs, {
      out: { write: stdout, isTTY: terminal !== undefined, ...terminal },
      steps: loaded.suite.steps,
      onFailure: ({ report, message }) =>
        stderr(`andon: ${printable(`the report ${report} failed: ${message}`)}; the run does not depend on it\n`),
    })
    return { options, loaded, reports, clean }
  })
  const { options, loaded, reports, clean } = ready
  const strays = strayErrors(stderr, clean)
  const stop = interrupts(() => stderr('andon: stopping, and cleaning up; once more ends it at once\n'))
  try {
    const { suite, target, only, secrets } = loaded
    const result = await suite.run({
      ...options,
      target,
      secrets,
      ...(only === undefined ? {} : { only }),
      signal: stop.signal,
      onEnvelope(envelope) {
        if (envelope.parseError) {
          const { source, message } = envelope.parseError
          const { line = 1, column = 1 } = source.location ?? {}
          stderr(`${parseErrorLine(source.uri ?? '', line, column, message)}\n`)
        }
        reports.onEnvelope(envelope)
      },
    })
    for (const { uri, line, leaked } of result.scenarios)
      for (const what of leaked) stderr(`${printable(`${uri}:${line}: not cleaned up: ${what}`)}\n`)
    await reports.close()
    await strays.heard()
    const chosen = suite.select({
      ...(given.tags === undefined ? {} : { tags: given.tags }),
      ...(only === undefined ? {} : { only }),
    })
    // A tag that is misspelt must not read as success.
    if (chosen.length === 0 && suite.errors.length === 0 && strays.count === 0 && !stop.signal.aborted)
      throw new AndonError('no-scenarios', 'no scenario ran: none is there, or none was chosen')
    judge(result, suite.errors.length, stop.signal.aborted, strays)
  } finally {
    // Nothing is left of reports of a run that could not be; those that are closed stay.
    await reports.discard()
    await loaded.close()
    stop.close()
    strays.close()
  }
}

function judge({ success, scenarios, errors }: RunResult, unread: number, aborted: boolean, strays: StrayErrors): void {
  const counted = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`
  const bad = scenarios.filter(({ status }) => status !== 'PASSED' && status !== 'SKIPPED').length
  const why = [
    ...(bad > 0 ? [`${bad} of ${counted(scenarios.length, 'scenario')} failed`] : []),
    ...(unread > 0 ? [`${counted(unread, 'syntax error')} in features`] : []),
    ...(aborted ? ['the run was stopped'] : []),
  ]
  const others = errors.length - unread - (aborted ? 1 : 0)
  if (others > 0) why.push(`${counted(others, 'failure')} outside of scenarios`)
  const stray = strays.summary()
  if (stray !== undefined) why.push(stray)
  if (!success || stray !== undefined) throw new AndonError('scenarios-failed', why.join(', ') || 'the run failed')
  if (scenarios.length === 0) throw new AndonError('no-scenarios', 'no scenario ran: none is there, or none was chosen')
}
