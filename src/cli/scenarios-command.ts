import { Command, Option } from 'commander'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'
import { loadConfig } from './scenarios-config.ts'
import { loadSuite, type SuiteOptions, withSuite } from './scenarios-inputs.ts'
import { listScenarios } from './scenarios-list.ts'
import { type RunGiven, runScenarios } from './scenarios-run.ts'
import { stepsText } from './scenarios-steps.ts'
import { tagExpression } from './tag-expression.ts'

/** `andon scenarios …`: run behaviours that are written as features, list them, list the steps they can be written in. */
export function scenariosCommand(world: CliWorld): Command {
  const { cwd, stdout } = world
  const collect = (value: string, before: string[]) => [...before, value]
  const command = new Command('scenarios').description('Behaviours as Given/When/Then, against any environment.')

  withSuite(command.command('run').description('run scenarios; exit code 0: all well, 1: failures, 2: wrong usage'))
    .argument('[paths...]', "files, folders, and lines of files ('a.feature:12'); default: the configuration's")
    .option('--retry <n>', 'how often a scenario that failed is tried again', '0')
    .option('--parallel <n>', 'so many scenarios at a time', '1')
    .option('--order <order>', 'defined, reverse or random', 'defined')
    .option('--step-timeout <duration>', "a step's time, unless it has its own", '10s')
    .addOption(
      new Option('--report <kind>', 'pretty, progress, ndjson=FILE, junit=FILE or html=FILE; may be repeated')
        .argParser(collect)
        .default([], 'progress'),
    )
    .action((paths: string[], given: RunGiven, self: Command) => runScenarios(world, self, paths, given))
  command
    .command('list')
    .description('list scenarios, and what is wrong in feature files')
    .argument('[paths...]', "files, folders, and lines of files; default: the configuration's")
    .option('--tags <expression>', "which scenarios, as in '@put and not @slow'")
    .option('--config <file>', 'the module with steps and targets; default: andon.scenarios.ts, .js or .mjs')
    .option('--json', 'print it as JSON')
    .action(async (paths: string[], given: Omit<SuiteOptions, 'secretEnv'> & { json?: true }, self: Command) => {
      const { suite, only, matches } = await beforehand(self, async () => {
        const loaded = await loadSuite(world, paths, { ...given, secretEnv: [] }, { target: false })
        const matches = given.tags === undefined ? () => true : await tagExpression(given.tags)
        return { ...loaded, matches }
      })
      const isWanted = (name: string) => only === undefined || only.includes(name) || only.includes(uriOf(name))
      listScenarios(world, suite, (tags, name) => isWanted(name) && matches(tags), given.json === true)
    })
  command
    .command('steps')
    .description('list every step that features can be written in')
    .option('--config <file>', 'the module with steps and targets; default: andon.scenarios.ts, .js or .mjs')
    .option('--json', 'print it as JSON')
    .action(async ({ config, json }: { config?: string; json?: true }, self: Command) => {
      const { steps } = await beforehand(self, async () => {
        const { loadScenarios } = await import('../scenarios/index.ts')
        return loadScenarios({ features: [], steps: (await loadConfig(cwd, config)).steps })
      })
      stdout(json ? `${JSON.stringify(steps, null, 2)}\n` : stepsText(steps))
    })
  return command
}

const uriOf = (name: string) => name.replace(/:\d+$/, '')
