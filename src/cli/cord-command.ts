import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { CordState } from '../core/cord.ts'
import { fileCord } from '../parts/cord/index.ts'
import type { CliWorld } from './cli.ts'

/** Who runs this; a user id without a name, as containers have them, is told as it is. */
function whoami(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/** `andon cord …`: read, pull and release the emergency stop in a file. */
export function cordCommand({ cwd, stdout }: CliWorld): Command {
  const command = new Command('cord').description('The emergency stop.')
  const show = ({ level, by, reason, at }: CordState) =>
    stdout(`${level}  by ${by}: ${reason}${at > 0 ? `  (${new Date(at).toISOString()})` : ''}\n`)
  const cord = (file: string) => fileCord(resolve(cwd, file))
  command
    .command('read')
    .description('how the cord stands')
    .argument('<file>')
    .action(async (file: string) => show(await cord(file).read()))
  for (const level of ['hold', 'freeze'] as const) {
    command
      .command(level)
      .description(level === 'hold' ? 'nothing goes forward; roll-back is allowed' : 'nothing moves at all')
      .argument('<file>')
      .requiredOption('--reason <text>', 'why; others will read it')
      .option('--by <name>', 'who', whoami())
      .action(async (file: string, options: { reason: string; by: string }) =>
        show(await cord(file).pull(level, options.by, options.reason)),
      )
  }
  command
    .command('release')
    .description('let go of it')
    .argument('<file>')
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who', whoami())
    .action(async (file: string, options: { reason: string; by: string }) =>
      show(await cord(file).release(options.by, options.reason)),
    )
  return command
}
