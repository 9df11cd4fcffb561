import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { createFlagClient, explainFlag, generateFlagTypes, staticSource } from '../flags/index.ts'
import type { CliWorld } from './cli.ts'
import {
  collectNamed,
  type FlagsOptions,
  jsonIn,
  readContext,
  readInputs,
  readJsonFile,
  readLists,
} from './flags-inputs.ts'
import { explanationText, outcomeJson, outcomeText } from './flags-print.ts'
import { problemLine, validateFiles } from './flags-validate.ts'

/** `andon flags …`: check a flag document, ask what a flag comes to and why, make types of it. */
export function flagsCommand({ cwd, stdout }: CliWorld): Command {
  const command = new Command('flags').description('AppConfig flag documents.')
  const json = (value: unknown) => stdout(`${JSON.stringify(value, null, 2)}\n`)

  withInputs(command.command('validate').description('print everything that is wrong with a document'))
    .option('--json', 'print it as JSON')
    .action(async (file: string, options: FlagsOptions) => {
      const audiences = options.audiences === undefined ? undefined : await readJsonFile(cwd, options.audiences)
      const lists = await readLists(cwd, options.list)
      const { flags, problems } = validateFiles(await readJsonFile(cwd, file), audiences, lists)
      if (options.json) json({ ok: problems.length === 0, flags, problems })
      else for (const problem of problems) stdout(`${problemLine(problem)}\n`)
      if (problems.length > 0) throw new AndonError('invalid-flags', counted(problems.length, 'problem'))
      if (!options.json) stdout(`ok: ${counted(flags, 'flag')}\n`)
    })
  withContext(command.command('eval').description('print what a flag comes to')).action(
    async (file: string, flag: string, options: FlagsOptions) => {
      const inputs = await readInputs(cwd, file, options)
      const context = await readContext(cwd, options)
      // Refuses what a client would work around: a flag that is not there, or cannot be understood.
      explainFlag(flag, { ...inputs, context })
      await using client = createFlagClient({ ...inputs, source: staticSource(inputs.document) })
      const outcome = client.evaluate(flag, context)
      if (options.json) json({ flag, ...outcomeJson(outcome) })
      else stdout(outcomeText(outcome))
    },
  )
  withContext(
    command.command('why').description('print what is asked to evaluate a flag, and which answer decides'),
  ).action(async (file: string, flag: string, options: FlagsOptions) => {
    const context = await readContext(cwd, options)
    const explanation = explainFlag(flag, { ...(await readInputs(cwd, file, options)), context })
    if (options.json) json({ ...explanation, outcome: outcomeJson(explanation.outcome) })
    else stdout(explanationText(explanation))
  })
  command
    .command('typegen')
    .description('make a TypeScript module that declares the flags of a document')
    .argument('<document>', 'the flag document')
    .option('--out <file>', 'where to write it; default: print it')
    .action(async (file: string, { out }: { out?: string }) => {
      const document = await readJsonFile(cwd, file)
      jsonIn(document)
      const source = generateFlagTypes(document.text)
      if (out === undefined) return stdout(source)
      await writeFile(resolve(cwd, out), source)
      stdout(`${out}\n`)
    })
  return command
}

function withInputs(command: Command): Command {
  return command
    .argument('<document>', 'the flag document, flattened or as it is authored')
    .option('--audiences <file>', 'the audiences beside it, as JSON')
    .option('--list <name=path>', 'a list that audiences name; may be given several times', collectNamed, [])
}

function withContext(command: Command): Command {
  return withInputs(command)
    .argument('<flag>', 'its key')
    .option('--context <json>', 'the context as JSON, or @file')
    .option('--set <key=value>', 'a text of the context; may be given several times', collectNamed, [])
    .option('--json', 'print it as JSON')
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
