import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { literalOption, textOption } from '../core/options.ts'
import { beforehand } from './beforehand.ts'
import { canaryChecks, tellCanaries, unreadText } from './canary-checks.ts'
import type { CliWorld } from './cli.ts'
import type { SuiteOptions } from './scenarios-inputs.ts'

export interface AlarmsGiven extends SuiteOptions {
  readonly namespace: string
  readonly vantage?: string
  readonly format: string
}

/**
 * `andon canary alarms`: prints the alarms of the canaries that `canary run` would run. Rejects with `no-canaries`, and
 * with `bad-features` when a feature could not be read: to apply alarms without its canaries' would delete theirs.
 */
export async function printCanaryAlarms(
  world: CliWorld,
  command: Command,
  paths: readonly string[],
  given: AlarmsGiven,
): Promise<void> {
  const { ready, text } = await beforehand(command, async () => {
    const format = literalOption('--format', given.format, ['plain', 'cloudformation'])
    const vantage = given.vantage === undefined ? {} : { vantage: textOption('--vantage', given.vantage) }
    const namespace = textOption('--namespace', given.namespace)
    const ready = await canaryChecks(world, 'canary alarms', paths, given)
    const { canaryAlarms, printAlarms } = await import('../canary/alarms/index.ts')
    const alarms = ready.checks.flatMap(check => {
      const { everyMs, timeoutMs = everyMs } = check
      return canaryAlarms([check], { namespace, everyMs, timeoutMs, ...vantage })
    })
    return { ready, text: printAlarms(alarms, format) }
  })
  try {
    tellCanaries(world, ready)
    const unread = unreadText(ready.loaded.suite.errors)
    if (unread !== undefined) throw new AndonError('bad-features', `${unread}: nothing is printed`)
    world.stdout(`${text}\n`)
  } finally {
    await ready.loaded.close()
  }
}
