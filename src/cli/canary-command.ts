import { Command } from 'commander'
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
    .action((paths: string[], given: CanaryGiven, self: Command) => runCanaries(world, self, paths, given))
  return command
}
