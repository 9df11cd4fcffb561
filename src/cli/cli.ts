import { Command, CommanderError } from 'commander'
import { canaryCommand } from './canary-command.ts'
import { cordCommand } from './cord-command.ts'
import { errorText } from './error-text.ts'
import { flagsCommand } from './flags-command.ts'
import { pipelineCommand } from './pipeline-command.ts'
import { reservationCommands } from './reservation-commands.ts'
import { scenariosCommand } from './scenarios-command.ts'
import { shadowCommand } from './shadow-command.ts'

/** What a command may touch of the world. */
export interface CliWorld {
  readonly cwd: string
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Environment variables. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** When stdout is a terminal: how many bits of colour it has. Default: it is none. */
  readonly terminal?: { getColorDepth(): number }
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
    .addCommand(scenariosCommand(world))
    .addCommand(canaryCommand(world))
  for (const command of reservationCommands(world)) program.addCommand(command)
  for (const command of program.commands) inherit(command, program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    world.stderr(`${errorText(error)}\n`)
    return 1
  }
}

/** Commander does not pass these on to commands that were built by themselves. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from)
  for (const child of command.commands) inherit(child, command)
}
