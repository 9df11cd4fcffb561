import { invalid, textOption } from '../../../core/options.ts'
import { readTolerance, type Tolerance } from '../values/tolerance.ts'
import { parseJsonPath } from './parse-json-path.ts'
import { parseXmlPath } from './parse-xml-path.ts'
import type { Effects, PathGlob } from './path-glob.ts'
import { compileGlobs, type PathState } from './path-state.ts'

interface GlobOptions {
  readonly ignore: readonly string[]
  readonly keyed?: unknown
  readonly unordered?: unknown
  readonly tolerance?: unknown
}

/** The options that speak of paths, as one automaton for JSON and one for XML. Throws the `invalid-option` error. */
export function readGlobs({ ignore, keyed = {}, unordered = [], tolerance }: GlobOptions): {
  json: PathState
  xml: PathState
} {
  const json: PathGlob[] = []
  const xml: PathGlob[] = []
  const add = (field: string, glob: string, effects: Effects) => {
    if (glob.startsWith('$')) json.push({ steps: parseJsonPath(field, glob), effects })
    else if (glob.startsWith('/'))
      xml.push({ steps: parseXmlPath(field, glob, effects.tolerance !== undefined), effects })
    else throw invalid(field, "a path of JSON ('$.items[*].id') or of XML ('/order/item')", glob)
  }
  for (const [i, entry] of ignore.entries()) {
    if (entry === 'status' || entry === 'body') continue
    if (entry.startsWith('header:') && entry.length > 'header:'.length) continue
    if (!/^[$/]/.test(entry)) throw invalid(`ignore[${i}]`, "a path, 'header:NAME', 'status' or 'body'", entry)
    add(`ignore[${i}]`, entry, { ignore: true })
  }
  for (const [glob, name] of entries('keyed', 'of paths to names of fields', keyed))
    add(`keyed['${glob}']`, glob, { keyed: textOption(`keyed['${glob}']`, name) })
  if (!Array.isArray(unordered)) throw invalid('unordered', 'a list of paths', unordered)
  for (const [i, glob] of unordered.entries())
    add(`unordered[${i}]`, textOption(`unordered[${i}]`, glob), { unordered: true })

  let everywhere: Tolerance | undefined
  if (typeof tolerance === 'number' || isTolerance(tolerance)) everywhere = readTolerance('tolerance', tolerance)
  else if (tolerance !== undefined)
    for (const [glob, value] of entries('tolerance', 'or a number', tolerance))
      add(`tolerance['${glob}']`, glob, { tolerance: readTolerance(`tolerance['${glob}']`, value) })
  const effects: Effects = everywhere ? { tolerance: everywhere } : {}
  return { json: compileGlobs(json, effects), xml: compileGlobs(xml, effects) }
}

/** Paths begin with `$` or `/`, so that these two can be told apart. */
function isTolerance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('absolute' in value || 'relative' in value)
}

function entries(field: string, what: string, value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(field, `an object ${what}`, value)
  return Object.entries(value)
}
