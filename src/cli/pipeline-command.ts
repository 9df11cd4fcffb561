import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { numberOption, wholeOption } from '../core/options.ts'
import { sqliteJournal } from '../parts/journal/index.ts'
import { checkPlan, describePlan, type Plan, pipelineReport, planHash } from '../pipeline/index.ts'
import type { CliWorld } from './cli.ts'
import { numeric } from './numeric.ts'

/** `andon pipeline …`: look at a plan, list the runs of a journal, write a run's report. */
export function pipelineCommand({ cwd, stdout }: CliWorld): Command {
  const command = new Command('pipeline').description('Plans and runs.')
  command
    .command('plan')
    .description('print the stages, the waves and the total time of a plan')
    .argument('<file>', 'a plan as JSON, or a module that exports a release (default export, or `release`)')
    .option('--zones <n>', 'zones a region, for the total time', '3')
    .option('--hosts <n>', 'hosts a zone, for the total time', '10')
    .option('--deploy-seconds <s>', 'how long one host takes, for the total time', '60')
    .option('--json', 'print the checked plan itself, with its hash')
    .action(async (file: string, options: { zones: string; hosts: string; deploySeconds: string; json?: boolean }) => {
      const plan = await loadPlan(resolve(cwd, file))
      if (options.json) return stdout(`${JSON.stringify({ hash: planHash(plan), plan }, null, 2)}\n`)
      const assumed = {
        zones: wholeOption('--zones', numeric(options.zones), 1, 100),
        hostsPerZone: wholeOption('--hosts', numeric(options.hosts), 1, 100_000),
        deployMs: numberOption('--deploy-seconds', numeric(options.deploySeconds), 0) * 1000,
      }
      stdout(`${describePlan(plan, assumed)}\n`)
    })
  command
    .command('runs')
    .description('list the runs that a journal knows')
    .argument('<journal>', 'the journal file')
    .action(async (file: string) => {
      await using journal = sqliteJournal(resolve(cwd, file), { readOnly: true })
      for (const r of await journal.runs())
        stdout(`${r.run}  ${r.entries} entries, last ${new Date(r.lastAt).toISOString()}\n`)
    })
  command
    .command('report')
    .description("write a run's report as HTML")
    .argument('<journal>', 'the journal file')
    .argument('<run>', "the run's id")
    .requiredOption('--out <file>', 'where to write it')
    .action(async (file: string, run: string, { out }: { out: string }) => {
      await using journal = sqliteJournal(resolve(cwd, file), { readOnly: true })
      await writeFile(resolve(cwd, out), await pipelineReport(journal, run), { mode: 0o600 })
      stdout(`${out}\n`)
    })
  return command
}

async function loadPlan(path: string): Promise<Plan> {
  if (path.endsWith('.json')) {
    let value: unknown
    try {
      value = JSON.parse(await readFile(path, 'utf8'))
    } catch (cause) {
      throw new AndonError('unreadable-plan', `${path}: ${(cause as Error).message}`, { cause })
    }
    // What `plan --json` printed, or the plan alone.
    return checkPlan(((value as { plan?: Plan } | null)?.plan ?? value) as Plan)
  }
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(path).href)
  } catch (cause) {
    throw new AndonError('unreadable-plan', `${path}: ${(cause as Error).message}`, { cause })
  }
  const release = (module.default ?? module.release) as { plan?: Plan } | undefined
  if (!release?.plan)
    throw new AndonError(
      'unreadable-plan',
      `${path}: expected a release { plan, gates } as its default export, or as \`release\``,
    )
  return checkPlan(release.plan)
}
