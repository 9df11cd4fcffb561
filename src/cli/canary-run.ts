import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { textOption } from '../core/options.ts'
import { beforehand } from './beforehand.ts'
import { canaryChecks, tellCanaries, unreadText } from './canary-checks.ts'
import type { Fleet, FleetRun } from './canary-fleet.ts'
import type { CliWorld } from './cli.ts'
import { durationOption } from './duration-option.ts'
import { endSink } from './end-sink.ts'
import { interrupts } from './interrupts.ts'
import { printable } from './printable.ts'
import type { SuiteOptions } from './scenarios-inputs.ts'
import { strayErrors } from './stray-errors.ts'

export interface CanaryGiven extends SuiteOptions {
  readonly vantage?: string
  readonly for?: string
  readonly whileFailing?: string
}

/**
 * `andon canary run`. Rejects with `no-canaries` when there is nothing to run, and, when it was to run for a while only,
 * with `canaries-failed` when any run failed, a canary never ran or a feature could not be read.
 */
export async function runCanaries(
  world: CliWorld,
  command: Command,
  paths: readonly string[],
  given: CanaryGiven,
): Promise<void> {
  const { stdout, stderr } = world
  const { forMs, whileFailingMs, vantage, ready } = await beforehand(command, async () => {
    const forMs = optional('--for', given.for)
    const whileFailingMs = optional('--while-failing', given.whileFailing)
    const vantage = given.vantage === undefined ? undefined : textOption('--vantage', given.vantage)
    return { forMs, whileFailingMs, vantage, ready: await canaryChecks(world, 'canary run', paths, given) }
  })
  const { loaded, checks, clean } = ready
  const { suite, config } = loaded
  const { startFleet } = await import('./canary-fleet.ts')

  const counts = new Map(checks.map(({ name }) => [name, { runs: 0, failed: 0 }]))
  const strays = strayErrors(stderr, clean)
  const stop = interrupts(() => stderr('andon: stopping, and cleaning up; once more ends it at once\n'))
  let fleet: Fleet | undefined
  try {
    tellCanaries(world, ready)
    fleet = startFleet(checks, {
      vantage,
      whileFailingMs,
      forMs,
      sink: config.sink,
      onRun(run) {
        const count = counts.get(run.name)!
        count.runs++
        if (!run.ok) count.failed++
        stdout(runLine(run))
      },
    })
    stdout(`${checks.length} ${checks.length === 1 ? 'canary' : 'canaries'}, ${paceOf(checks)}\n`)
    await stop.stopped(forMs)
    await fleet.close()
    await suite.close()
    await strays.heard()
  } finally {
    // What a fleet has measured is not lost because something else went wrong.
    if (fleet) for (const line of await endSink(config.sink)) stderr(`andon: ${printable(clean(line))}\n`)
    await loaded.close()
    stop.close()
    strays.close()
  }
  for (const [name, { runs, failed }] of counts) stdout(`${printable(name)}: ${runs} runs, ${failed} failed\n`)
  const unread = unreadText(suite.errors)
  for (const line of [unread, strays.summary()]) if (line !== undefined) stdout(`${line}\n`)
  const all = [...counts.values()]
  const bad = all.filter(({ runs, failed }) => failed > 0 || runs === 0).length
  const why = [
    ...(bad > 0 ? [`${bad} of ${all.length} canaries failed, or did not run`] : []),
    ...(unread === undefined ? [] : [unread]),
  ]
  // Whoever stops what was to run for ever wants to hear of the stopping, not of failures that were told long ago.
  if (forMs !== undefined && !stop.signal.aborted && why.length > 0)
    throw new AndonError('canaries-failed', why.join(', '))
}

const optional = (field: string, word: string | undefined) =>
  word === undefined ? undefined : durationOption(field, word)

const runLine = ({ name, ok, durationMs, error, at }: FleetRun) =>
  `${new Date(at).toISOString()}  ${ok ? 'ok  ' : 'FAIL'}  ${printable(name)}  ${Math.round(durationMs)} ms${
    error === undefined ? '' : `  ${printable(error)}`
  }\n`

function paceOf(checks: readonly { readonly everyMs: number }[]): string {
  const paces = [...new Set(checks.map(({ everyMs }) => everyMs))].sort((a, b) => a - b)
  return `every ${paces.map(ms => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)).join(', ')}`
}
