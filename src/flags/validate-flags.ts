import { describe, messageOf } from '../core/options.ts'
import type { Audience, Audiences, IdSet } from './audiences/audience.ts'
import { compileAudience } from './audiences/compile-audience.ts'
import type { DocumentProblem } from './documents/document-problem.ts'
import { isObject } from './documents/json-object.ts'
import type { JsonPath } from './documents/located.ts'
import { readDocument } from './documents/read-document.ts'
import { compileRule } from './rules/compile-rule.ts'
import { RuleError } from './rules/rule-error.ts'

/** What is wrong, and in which of the two: the document, or what stands beside it. */
export interface FlagsProblem extends DocumentProblem {
  readonly in: 'document' | 'audiences'
}

export interface ValidatedFlags {
  /** The keys of the flags that are good. */
  readonly flags: readonly string[]
  readonly problems: readonly FlagsProblem[]
}

/**
 * Everything that is wrong with a document and the audiences beside it, with paths into both. An audience for a flag
 * that the document does not have counts too: it is a misspelt key more often than not, and its kill switch would do
 * nothing. Throws `invalid-document` when the document is none.
 */
export function validateFlags(
  document: string | object,
  audiences: Audiences = {},
  lists: Readonly<Record<string, IdSet>> = {},
): ValidatedFlags {
  const { flags, problems } = readDocument(document)
  const known = new Set([...flags.keys(), ...problems.map(problem => problem.flag)])
  const beside = isObject(audiences)
    ? Object.entries(audiences).flatMap(([flag, audience]) => {
        if (!known.has(flag)) return [problemOf(flag, [], 'the document has no such flag')]
        try {
          compileAudience(flag, audience, lists)
          return []
        } catch (error) {
          return [audienceProblem(flag, audience, error)]
        }
      })
    : [problemOf(undefined, [], `audiences: expected an object, got ${describe(audiences)}`)]
  const bad = new Set(beside.map(problem => problem.flag))
  return {
    flags: [...flags.keys()].filter(flag => !bad.has(flag)),
    problems: [...problems.map(problem => ({ ...problem, in: 'document' as const })), ...beside],
  }
}

function audienceProblem(flag: string, audience: Audience, error: unknown): FlagsProblem {
  const message = messageOf(error)
  if (error instanceof RuleError) {
    const path = pathOfRule(audience, message)
    const at = path?.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('') ?? ''
    const { line, column } = error
    return {
      ...problemOf(flag, path ?? [], `audiences[${describe(flag)}]${at}: ${message}`),
      ...(path && { line, column }),
    }
  }
  return problemOf(flag, fieldIn(message, `audiences[${describe(flag)}]`), message)
}

const problemOf = (flag: string | undefined, path: JsonPath, message: string): FlagsProblem => ({
  in: 'audiences',
  code: 'PARSE_ERROR',
  flag,
  path: flag === undefined ? path : [flag, ...path],
  message,
})

/** The field that a message begins with, as the steps to it: `audiences["f"].cohorts[0].name: …`. */
function fieldIn(message: string, root: string): JsonPath {
  if (!message.startsWith(root)) return []
  const [field = ''] = /^(?:\.\w+|\[\d+\])*/.exec(message.slice(root.length)) ?? []
  return [...field.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))
}

/** Where the rule is that does not compile, and says so in these words; wherever an audience may have one. */
function pathOfRule(value: unknown, message: string): JsonPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(name) : name
    if (name === 'rule' && typeof inner === 'string' && refusalOf(inner) === message) return [step]
    const below = pathOfRule(inner, message)
    if (below) return [step, ...below]
  }
  return undefined
}

function refusalOf(rule: string): string | undefined {
  try {
    compileRule(rule)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
