import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { AndonError } from '../core/errors.ts'
import { invalid, messageOf } from '../core/options.ts'
import { type Audiences, buildIdList, type FlagContext, type IdList } from '../flags/index.ts'
import { type LocatedJson, locateJson } from './json-positions.ts'

/** A word of the command line that gives something a name. */
export interface Named {
  readonly name: string
  readonly value: string
}

/** Options that every command has which evaluates flags. */
export interface FlagsOptions {
  readonly audiences?: string
  readonly list: readonly Named[]
  readonly context?: string
  readonly set: readonly Named[]
  readonly json?: true
}

/** A JSON file, whether or not it is JSON. */
export interface JsonFile extends LocatedJson {
  /** As the user named it. */
  readonly file: string
  readonly text: string
}

/** Takes `name=value` in, as often as it is given. */
export function collectNamed(word: string, before: readonly Named[]): Named[] {
  const at = word.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Expected name=value.')
  return [...before, { name: word.slice(0, at), value: word.slice(at + 1) }]
}

export async function readJsonFile(cwd: string, file: string): Promise<JsonFile> {
  const text = await readTextFile(cwd, file)
  return { file, text, ...locateJson(text) }
}

/** The value of a JSON file. Throws `malformed`, with file, line and column, when it is no JSON. */
export function jsonIn({ file, text, syntax }: JsonFile): unknown {
  const [first] = syntax
  if (first) throw new AndonError('malformed', `${file}:${first.line}:${first.column}: ${first.message}`)
  return JSON.parse(text)
}

/** Everything that a flag is evaluated with, except the context. */
export async function readInputs(
  cwd: string,
  file: string,
  { audiences: audiencesFile, list }: Pick<FlagsOptions, 'audiences' | 'list'>,
): Promise<{ document: string; audiences: Audiences; lists: Record<string, IdList> }> {
  const document = await readJsonFile(cwd, file)
  jsonIn(document)
  const audiences = audiencesFile === undefined ? {} : jsonIn(await readJsonFile(cwd, audiencesFile))
  return {
    document: document.text,
    audiences: objectOption('--audiences', audiences) as Audiences,
    lists: await readLists(cwd, list),
  }
}

export async function readLists(cwd: string, named: readonly Named[]): Promise<Record<string, IdList>> {
  const lists = []
  for (const { name, value } of named) {
    lists.push([name, await buildIdList(await readTextFile(cwd, value), { name: `list ${name}` })] as const)
  }
  return Object.fromEntries(lists)
}

/** The context of `--context` and `--set` together; what is set wins, and is a text, as in headers and claims. */
export async function readContext(cwd: string, { context = '{}', set }: FlagsOptions): Promise<FlagContext> {
  const text = context.startsWith('@') ? await readTextFile(cwd, context.slice(1)) : context
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AndonError('invalid-option', `--context: expected JSON or @file: ${messageOf(cause)}`, { cause })
  }
  const given = Object.entries(objectOption('--context', value))
  return Object.fromEntries([...given, ...set.map(s => [s.name, s.value] as const)])
}

function objectOption(option: string, value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(option, 'an object as JSON', value)
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

async function readTextFile(cwd: string, file: string): Promise<string> {
  try {
    return utf8.decode(await readFile(resolve(cwd, file)))
  } catch (cause) {
    throw new AndonError('unreadable-file', `${file}: ${messageOf(cause)}`, { cause })
  }
}
