import { AndonError } from '../../../core/errors.ts'
import { DataTable } from '../../support/data-table.ts'

/** The doc string below a step. Throws `missing-block`. */
export function docString(block: unknown): string {
  if (typeof block === 'string') return block
  throw new AndonError('missing-block', 'the step needs a text between """ below it')
}

/** The rows of two below a step, in order. Throws `missing-block`. */
export function pairs(block: unknown): (readonly [string, string])[] {
  const rows = block instanceof DataTable ? block.raw() : []
  if (rows.length === 0 || rows.some(row => row.length !== 2))
    throw new AndonError('missing-block', 'the step needs a table of two columns below it: names and values')
  return rows.map(row => [row[0]!, row[1]!] as const)
}

/** The one column below a step. Throws `missing-block`. */
export function column(block: unknown): string[] {
  const rows = block instanceof DataTable ? block.raw() : []
  if (rows.length === 0 || rows.some(row => row.length !== 1))
    throw new AndonError('missing-block', 'the step needs a table of one column below it')
  return rows.map(row => row[0]!)
}

// The engine's messages go on with a part of the text, which may hold a secret.
const HARMLESS = /^(Unexpected token '.'|Unexpected end of JSON input|[\w\s',:-]* in JSON at position \d+)/su

/** JSON of a feature file. Throws `bad-json` with what is wrong about it, and nothing of what it is. */
export function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = HARMLESS.exec((error as Error).message)?.[0]
    throw new AndonError('bad-json', `${what} is no JSON${why === undefined ? '' : `: ${why}`}`)
  }
}
