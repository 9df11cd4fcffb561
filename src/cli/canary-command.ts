import { Command, Option } from 'commander'
import { type AlarmsGiven, printCanaryAlarms } from './canary-alarms.ts'
import { type CanaryGiven, runCanaries } from './canary-run.ts'
import type { CliWorld } from './cli.ts'
import { withSuite } from './scenarios-inputs.ts'

/** `andon canary …`: scenarios that run for ever. */
export function canaryCommand(world: CliWorld): Command {
  const command = new Command('canary').description('Scenarios that run for ever.')
  withSuite(
    command
      .command('run')
      .description('run what is tagged @canary, as often as its tag says (@canary(every=1m)), until interrupted'),
  )
    .argument('[paths...]', "features, and folders of features; default: the configuration's")
    .option('--vantage <name>', 'where this runs from, for metrics and verdicts')
    .option('--for <duration>', 'end by itself after so long, as in 10s or 5m; exit code 1 if any run failed')
    .option('--while-failing <duration>', 'from run to run while the last one failed; at most what the tag says')
    .action((paths: string[], given: CanaryGiven, self: Command) => runCanaries(world, self, paths, given))
  withSuite(command.command('alarms').description('print the alarms of what `canary run` would run, as JSON'))
    .argument('[paths...]', "features, and folders of features; default: the configuration's")
    .requiredOption('--namespace <name>', "CloudWatch's namespace that the sink publishes in")
    .option('--vantage <name>', 'as given to `canary run`')
    .addOption(new Option('--format <format>', 'plain or cloudformation').default('plain'))
    .action((paths: string[], given: AlarmsGiven, self: Command) => printCanaryAlarms(world, self, paths, given))
  return command
}
