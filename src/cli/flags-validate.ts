import { isAndonError } from '../core/errors.ts'
import { describe } from '../core/options.ts'
import { type Audiences, type FlagsProblem, type IdList, type JsonPath, validateFlags } from '../flags/index.ts'
import type { JsonFile } from './flags-inputs.ts'
import type { LocatedProblem } from './json-positions.ts'
import { printable } from './printable.ts'

/** Something to be mended, and where. */
export interface FileProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly flag?: string
  readonly variant?: string
  readonly message: string
}

/** What `andon flags validate` finds: how many flags are good, and all that is not, file by file from top to bottom. */
export function validateFiles(
  document: JsonFile,
  audiences: JsonFile | undefined,
  lists: Readonly<Record<string, IdList>>,
): { flags: number; problems: FileProblem[] } {
  const files = audiences ? [document, audiences] : [document]
  const authored = isAuthored(document)
  const found: FileProblem[] = files.flatMap(json => [
    ...json.syntax.map(problem => asFound(json, problem, undefined)),
    ...json.duplicates.map(problem => asFound(json, problem, flagAt(problem.path, json === document && authored))),
  ])
  let flags = 0
  if (document.syntax.length === 0) {
    try {
      const usable = audiences && audiences.syntax.length === 0 ? (JSON.parse(audiences.text) as Audiences) : {}
      const checked = validateFlags(document.text, usable, lists)
      flags = checked.flags.length
      for (const problem of checked.problems)
        found.push(located(problem.in === 'document' ? document : audiences!, problem))
    } catch (error) {
      if (!isAndonError(error, 'invalid-document')) throw error
      found.push(asFound(document, { ...document.locate([]), message: error.message, path: [] }, undefined))
    }
  }
  const order = (problem: FileProblem) => files.findIndex(json => json.file === problem.file)
  return {
    flags,
    problems: found.sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column),
  }
}

/** One line for people, in the form that editors and terminals make a link of. */
export function problemLine({ file, line, column, flag, variant, message }: FileProblem): string {
  const whose = flag === undefined ? '' : `flag ${flag}${variant === undefined ? '' : `, variant ${variant}`}: `
  return printable(`${file}:${line}:${column}: ${whose}${message}`)
}

const asFound = ({ file }: JsonFile, { line, column, message }: LocatedProblem, flag: string | undefined) => ({
  file,
  line,
  column,
  ...(flag === undefined ? {} : { flag }),
  message,
})

/** The flag that a value belongs to: the first name on the way to it, or the second in the authoring form. */
const flagAt = (path: JsonPath, authored: boolean): string | undefined => {
  const key = path[authored ? 1 : 0]
  return key === undefined ? undefined : String(key)
}

function isAuthored({ syntax, text }: JsonFile): boolean {
  if (syntax.length > 0) return false
  const value = JSON.parse(text) as Record<string, unknown> | null
  return typeof value?.version === 'string' && value.flags !== undefined && value.values !== undefined
}

function located(json: JsonFile, problem: FlagsProblem): FileProblem {
  const { flag, variant, path = [], line, column } = problem
  const within = line === undefined || column === undefined ? undefined : { line, column }
  return {
    file: json.file,
    ...json.locate(path, within),
    ...(flag === undefined ? {} : { flag }),
    ...(variant === undefined ? {} : { variant }),
    message: withoutPlace(problem),
  }
}

/** The message without what the line says already: flag, variant, and the place within the rule. */
function withoutPlace({ flag, variant, message, line, column }: FlagsProblem): string {
  const owners = [`flag ${flag}, variant ${variant}: `, `flag ${flag}: `]
  const owner = owners.find(prefix => message.startsWith(prefix)) ?? ''
  return message
    .slice(owner.length)
    .replace(`audiences[${describe(flag)}]`, 'audience')
    .replace(`line ${line}, column ${column}: `, '')
}
