import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { textOption } from '../core/options.ts'
import { beforehand } from './beforehand.ts'
import type { FleetRun } from './canary-fleet.ts'
import type { CliWorld } from './cli.ts'
import { durationOption } from './duration-option.ts'
import { interrupts } from './interrupts.ts'
import { parseErrorLine } from './parse-error-line.ts'
import { printable } from './printable.ts'
import { loadSuite, type SuiteOptions } from './scenarios-inputs.ts'

export interface CanaryGiven extends SuiteOptions {
  readonly vantage?: string
  readonly for?: string
}

/**
 * `andon canary run`. Rejects with `no-canaries` when there is nothing to run, and, when it was to run for a while only,
 * with `canaries-failed` when any run failed or a canary never ran.
 */
export async function runCanaries(
  world: CliWorld,
  command: Command,
  paths: readonly string[],
  given: CanaryGiven,
): Promise<void> {
  const { stdout, stderr } = world
  const { forMs, vantage, loaded, checks } = await beforehand(command, async () => {
    const forMs = given.for === undefined ? undefined : durationOption('--for', given.for)
    const vantage = given.vantage === undefined ? undefined : textOption('--vantage', given.vantage)
    const loaded = await loadSuite(world, paths, given)
    const { suite, target, secrets } = loaded
    if (loaded.only)
      throw new AndonError('invalid-option', 'canary run: expected files and folders, not lines of files')
    const checks = suite.checks({ target, secrets, ...(given.tags === undefined ? {} : { tags: given.tags }) })
    return { forMs, vantage, loaded, checks }
  })
  const { suite, config, secrets } = loaded
  const { startFleet } = await import('./canary-fleet.ts')
  const clean = (text: string) => secrets.reduce((t, secret) => t.replaceAll(secret, '[redacted]'), text)
  for (const { uri, line, column, message } of suite.errors)
    stderr(`${clean(parseErrorLine(uri, line, column, message))}\n`)
  if (checks.length === 0) throw new AndonError('no-canaries', 'no scenario is tagged @canary, as in @canary(every=1m)')

  const counts = new Map<string, { runs: number; failed: number }>()
  const stop = interrupts(() => stderr('andon: stopping, and cleaning up; once more ends it at once\n'))
  try {
    const fleet = startFleet(checks, {
      vantage,
      sink: config.sink,
      onRun(run) {
        const count = counts.get(run.name)!
        count.runs++
        if (!run.ok) count.failed++
        stdout(runLine(run))
      },
    })
    for (const name of fleet.names) counts.set(name, { runs: 0, failed: 0 })
    stdout(`${checks.length} ${checks.length === 1 ? 'canary' : 'canaries'}, ${paceOf(checks)}\n`)
    await stop.stopped(forMs)
    await fleet.close()
    await suite.close()
  } finally {
    await loaded.close()
    stop.close()
  }
  for (const [name, { runs, failed }] of counts) stdout(`${printable(name)}: ${runs} runs, ${failed} failed\n`)
  const all = [...counts.values()]
  const bad = all.filter(({ runs, failed }) => failed > 0 || runs === 0).length
  // Whoever stops what was to run for ever wants to hear of the stopping, not of failures that were told long ago.
  if (forMs !== undefined && !stop.signal.aborted && bad > 0)
    throw new AndonError('canaries-failed', `${bad} of ${all.length} canaries failed, or did not run`)
}

const runLine = ({ name, ok, durationMs, error, at }: FleetRun) =>
  `${new Date(at).toISOString()}  ${ok ? 'ok  ' : 'FAIL'}  ${printable(name)}  ${Math.round(durationMs)} ms${
    error === undefined ? '' : `  ${printable(error)}`
  }\n`

function paceOf(checks: readonly { readonly everyMs: number }[]): string {
  const paces = [...new Set(checks.map(({ everyMs }) => everyMs))].sort((a, b) => a - b)
  return `every ${paces.map(ms => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)).join(', ')}`
}
