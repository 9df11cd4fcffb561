import { Command, CommanderError } from 'commander'
import { isAndonError } from '../core/errors.ts'
import { cordCommand } from './cord-command.ts'
import { flagsCommand } from './flags-command.ts'
import { pipelineCommand } from './pipeline-command.ts'
import { printable } from './printable.ts'
import { shadowCommand } from './shadow-command.ts'

/** What a command may touch of the world. */
export interface CliWorld {
  readonly cwd: string
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

/** Runs the command line and resolves to the exit code: 0 done, 1 failed, 2 wrong usage. Never throws. */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  const program = new Command('andon')
    .description('Release software safely.')
    .exitOverride()
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr })
    .addCommand(pipelineCommand(world))
    .addCommand(cordCommand(world))
    .addCommand(shadowCommand(world))
    .addCommand(flagsCommand(world))
  for (const command of program.commands) inherit(command, program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const message = isAndonError(error)
      ? `${error.message} (${error.code})`
      : String((error as Error)?.message ?? error)
    world.stderr(`andon: ${message.split('\n').map(printable).join('\n')}\n`)
    return 1
  }
}

/** Commander does not pass these on to commands that were built by themselves. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from)
  for (const child of command.commands) inherit(child, command)
}
