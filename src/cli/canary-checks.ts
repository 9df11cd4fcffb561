import { AndonError } from '../core/errors.ts'
import type { ScenarioCheck } from '../scenarios/index.ts'
import { redactor } from '../scenarios/run/redactor.ts'
import type { CliWorld } from './cli.ts'
import { parseErrorLine } from './parse-error-line.ts'
import { type Loaded, loadSuite, type SuiteOptions } from './scenarios-inputs.ts'

/** A canary whose tag says no more than that it is one runs as often as this, in milliseconds. */
const EVERY_MS = 60_000

/** A canary at its pace. */
export type PacedCheck = ScenarioCheck & { readonly everyMs: number }

/** The canaries that arguments ask for. */
export interface CanaryChecks {
  readonly loaded: Loaded
  /** No two have one name. */
  readonly checks: readonly PacedCheck[]
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
}

/** Finds the canaries, for whatever is done with them. Rejects with what is wrong with the arguments. */
export async function canaryChecks(
  world: CliWorld,
  what: string,
  paths: readonly string[],
  given: SuiteOptions,
): Promise<CanaryChecks> {
  const loaded = await loadSuite(world, paths, given)
  const { suite, target, secrets } = loaded
  if (loaded.only) throw new AndonError('invalid-option', `${what}: expected files and folders, not lines of files`)
  const checks = suite.checks({ target, secrets, ...(given.tags === undefined ? {} : { tags: given.tags }) })
  const paced = checks.map(check => ({ ...check, everyMs: check.everyMs ?? EVERY_MS }))
  return { loaded, checks: named(paced), clean: redactor(secrets).text }
}

/** Tells what is wrong in features. Throws `no-canaries` when there is nothing to run. */
export function tellCanaries({ stderr }: CliWorld, { loaded, checks, clean }: CanaryChecks): void {
  for (const { uri, line, column, message } of loaded.suite.errors)
    stderr(`${clean(parseErrorLine(uri, line, column, message))}\n`)
  if (checks.length === 0) throw new AndonError('no-canaries', 'no scenario is tagged @canary, as in @canary(every=1m)')
}

/** How the features that could not be read are told; undefined when there are none. */
export function unreadText({ length }: readonly unknown[]): string | undefined {
  return length === 0 ? undefined : `${length} syntax error${length === 1 ? '' : 's'} in features`
}

/** Two features may have one name, and so may their scenarios: then the later ones are numbered. */
function named(checks: readonly PacedCheck[]): readonly PacedCheck[] {
  const taken = new Set(checks.map(({ name }) => name))
  if (taken.size === checks.length) return checks
  const seen = new Set<string>()
  return checks.map(check => {
    let { name } = check
    for (let n = 2; seen.has(name); n++) {
      const next = `${check.name} (${n})`
      if (!taken.has(next) && !seen.has(next)) name = next
    }
    seen.add(name)
    return name === check.name ? check : { ...check, name }
  })
}
