import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AndonError } from '../core/errors.ts'
import type { MetricSink } from '../core/metrics.ts'
import { invalid, messageOf, portOption } from '../core/options.ts'
import type { StepLibrary, SuitePool } from '../scenarios/index.ts'
import type { Targets } from '../scenarios/targets.ts'

/** What `andon.scenarios.ts` (or `.js`, `.mjs`) exports by default. */
export interface ScenariosConfig {
  readonly steps: readonly StepLibrary[]
  /** Of `defineTargets`. */
  readonly targets?: Targets
  /** Where scenarios take resources from, when their target has no pool of its own. */
  readonly pool?: SuitePool
  /** Files and folders, from the module's own folder. Default `features`. */
  readonly features?: string | readonly string[]
  /** Taken out of all that is reported. */
  readonly secrets?: readonly string[]
  /** Where canaries publish. */
  readonly sink?: MetricSink
}

/** A configuration, and where it was found. */
export interface LoadedConfig extends ScenariosConfig {
  readonly file: string
  /** Absolute paths. */
  readonly features: readonly string[]
}

const NAMES = ['andon.scenarios.ts', 'andon.scenarios.js', 'andon.scenarios.mjs']
const FIELDS = ['steps', 'targets', 'pool', 'features', 'secrets', 'sink']

/**
 * Loads the module that says which steps and targets there are: the one named, or the one in `cwd`. Rejects with
 * `no-config`, `unreadable-config` and `invalid-option`.
 */
export async function loadConfig(cwd: string, named: string | undefined): Promise<LoadedConfig> {
  const file = named === undefined ? await found(cwd) : resolve(cwd, named)
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new AndonError('unreadable-config', `${file}: ${messageOf(cause)}`, { cause })
  }
  const config = module.default as ScenariosConfig | undefined
  const field = (name: string) => `${file}: ${name}`
  if (typeof config !== 'object' || config === null)
    throw invalid(field('default export'), 'an object { steps, targets, pool?, features? }', config)
  for (const name of Object.keys(config))
    if (!FIELDS.includes(name)) throw invalid(field(name), `one of ${FIELDS.join(', ')}`, name)
  const { steps, targets, pool, features = 'features', secrets, sink } = config
  if (!Array.isArray(steps) || !steps.every(one => Array.isArray((one as Partial<StepLibrary> | null)?.declarations)))
    throw invalid(field('steps'), 'a list of step libraries, each of defineSteps', steps)
  if (targets !== undefined) portOption(field('targets'), targets, ['get'])
  if (pool !== undefined) portOption(field('pool'), pool, ['take'])
  if (sink !== undefined) portOption(field('sink'), sink, ['record'])
  const paths = typeof features === 'string' ? [features] : features
  if (!Array.isArray(paths) || !paths.every(path => typeof path === 'string'))
    throw invalid(field('features'), 'a path, or a list of paths', features)
  if (secrets !== undefined && !(Array.isArray(secrets) && secrets.every(secret => typeof secret === 'string')))
    // Not shown: they are secrets.
    throw invalid(field('secrets'), 'a list of texts', typeof secrets)
  return { ...config, file, features: paths.map(path => resolve(dirname(file), path)) }
}

async function found(cwd: string): Promise<string> {
  for (const name of NAMES) {
    const file = join(cwd, name)
    if (await stat(file).catch(() => undefined)) return file
  }
  throw new AndonError('no-config', `${cwd}: there is no ${NAMES.join(', ')}; name one with --config`)
}
