import { AndonError } from '../core/errors.ts'
import type { Suite } from '../scenarios/index.ts'
import type { CliWorld } from './cli.ts'
import { parseErrorLine } from './parse-error-line.ts'
import { printable } from './printable.ts'

/** Prints scenarios, one a line; rejects with `bad-features` when there are some that could not be read. */
export function listScenarios(
  { stdout, stderr }: CliWorld,
  { scenarios, errors }: Suite,
  isWanted: (tags: readonly string[], name: string) => boolean,
  json: boolean,
): void {
  const wanted = scenarios.filter(({ tags, uri, line }) => isWanted(tags, `${uri}:${line}`))
  if (json) stdout(`${JSON.stringify({ scenarios: wanted, errors }, null, 2)}\n`)
  else
    for (const { uri, line, name, feature, tags } of wanted)
      stdout(`${printable([`${uri}:${line}`, `${feature}: ${name}`, ...tags].join('  '))}\n`)
  if (errors.length === 0) return
  if (!json) for (const e of errors) stderr(`${parseErrorLine(e.uri, e.line, e.column, e.message)}\n`)
  throw new AndonError('bad-features', `${errors.length} syntax error${errors.length === 1 ? '' : 's'} in features`)
}
