import type { Command } from 'commander'
import { Option } from 'commander'
import { AndonError } from '../core/errors.ts'
import type { ScenarioTarget, Suite, SuitePool } from '../scenarios/index.ts'
import type { Target } from '../scenarios/targets.ts'
import type { CliWorld } from './cli.ts'
import { errorText } from './error-text.ts'
import { type LoadedConfig, loadConfig } from './scenarios-config.ts'
import { type Selection, selectionOf } from './scenarios-selection.ts'

/** Options that every command has which runs scenarios. */
export interface SuiteOptions {
  readonly config?: string
  readonly target?: string
  readonly tags?: string
  readonly secretEnv: readonly string[]
}

/** What commands run. */
export interface Loaded {
  readonly config: LoadedConfig
  readonly suite: Suite
  readonly target: ScenarioTarget
  readonly only: readonly string[] | undefined
  readonly secrets: readonly string[]
  /** Closes the pools. Never rejects: what goes wrong is told. */
  close(): Promise<void>
}

const SHORTEST_SECRET = 4

export function withSuite(command: Command): Command {
  return command
    .option('--target <name>', 'the environment to run in, one of the configuration')
    .option('--tags <expression>', "which scenarios, as in '@put and not @slow'")
    .option('--config <file>', 'the module with steps and targets; default: andon.scenarios.ts, .js or .mjs')
    .addOption(
      new Option('--secret-env <name...>', 'environment variables whose values are taken out of all reports').default(
        [],
        'none',
      ),
    )
}

/** Puts together what is to be run: configuration, features, target. Rejects with what is wrong with them. */
export async function loadSuite(
  world: CliWorld,
  words: readonly string[],
  given: SuiteOptions,
  needs: { readonly target: boolean } = { target: true },
): Promise<Loaded> {
  // Other commands do not pay for it.
  const { loadScenarios } = await import('../scenarios/index.ts')
  const config = await loadConfig(world.cwd, given.config)
  const secrets = [...(config.secrets ?? []), ...secretsOf(world, given.secretEnv)]
  const target = needs.target ? targetOf(config, given.target) : undefined
  const selection: Selection = await selectionOf(world.cwd, words.length > 0 ? words : config.features)
  const pool = target?.pool ?? config.pool
  const suite = await loadScenarios({
    features: selection.paths,
    steps: config.steps,
    ...(pool === undefined ? {} : { pool }),
  })
  return {
    config,
    suite,
    target: target ?? { name: 'default' },
    only: selection.only(suite),
    secrets,
    close: () => closePools(config).catch(error => world.stderr(`${errorText(error)}\n`)),
  }
}

function targetOf({ targets, file }: LoadedConfig, name: string | undefined): Target | undefined {
  if (name !== undefined) {
    if (targets) return targets.get(name)
    throw new AndonError('unknown-target', `--target ${name}: ${file} has no targets`)
  }
  // To take one that nobody has named might be to run in production.
  if (targets) throw new AndonError('no-target', `--target: expected ${targets.names.join(' or ')}`)
  return undefined
}

function secretsOf({ env = process.env }: CliWorld, names: readonly string[]): string[] {
  return names.map(name => {
    const value = env[name]
    if (value === undefined) throw new AndonError('no-secret', `--secret-env ${name}: there is no such variable`)
    if (value.length < SHORTEST_SECRET)
      throw new AndonError('no-secret', `--secret-env ${name}: its value has less than ${SHORTEST_SECRET} characters`)
    return value
  })
}

async function closePools({ pool, targets }: LoadedConfig): Promise<void> {
  const pools = new Set([pool, ...(targets?.names.map(name => targets.get(name).pool) ?? [])])
  for (const one of pools) await (one as (SuitePool & Partial<AsyncDisposable>) | undefined)?.[Symbol.asyncDispose]?.()
}
