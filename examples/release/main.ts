import { HELP, readArguments } from './arguments.ts'
import { supervise } from './supervisor.ts'

try {
  const args = readArguments(process.argv.slice(2))
  if (args.help) process.stdout.write(HELP)
  else process.exitCode = await supervise(args)
} catch (error) {
  process.stderr.write(`andon: ${(error as Error).message}\n`)
  process.exitCode =
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') || !(error as { code?: string }).code ? 2 : 1
}
