import { type Node, type ParseError, type ParseErrorCode, printParseErrorCode } from 'jsonc-parser'
import type { JsonPath } from '../flags/index.ts'

/** Something that is wrong with a text as JSON, at an offset from 0. */
export interface JsonProblem {
  readonly offset: number
  readonly message: string
  /** Of the value that it is about; empty where there is none. */
  readonly path: JsonPath
}

/** Breaches of JSON's grammar after which it is clear how to go on. */
const COMMENT = 'InvalidCommentToken'
const WORDS: Readonly<Record<string, string>> = {
  [COMMENT]: 'comments are no JSON',
  InvalidSymbol: 'this is no JSON value',
  InvalidNumberFormat: 'this is no JSON number',
  PropertyNameExpected: 'expected a name in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon',
  CommaExpected: 'expected a comma',
  CloseBraceExpected: 'expected a closing }',
  CloseBracketExpected: 'expected a closing ]',
  EndOfFileExpected: 'expected nothing after the end of the JSON value',
  UnexpectedEndOfComment: 'comments are no JSON, and this one does not end',
  UnexpectedEndOfString: 'this string does not end on its line',
  UnexpectedEndOfNumber: 'this number lacks a digit',
  InvalidUnicode: 'this string has a \\u without four hexadecimal digits',
  InvalidEscapeCharacter: 'this string has an escape that JSON does not know',
  InvalidCharacter: 'this string has a control character, which must be escaped',
}

/**
 * What breaks JSON's grammar. Comments and trailing commas are told one and all; behind anything else the parser only
 * guesses, so the first of these is the last that is told.
 */
export function syntaxProblems(text: string, errors: readonly ParseError[]): JsonProblem[] {
  const problems: JsonProblem[] = []
  for (const { error, offset } of errors) {
    if (problems.at(-1)?.offset === offset) continue
    const trailing = /[}\]]/.test(text[offset] ?? '') && /,\s*$/.test(text.slice(Math.max(0, offset - 1000), offset))
    const name = printParseErrorCode(error as ParseErrorCode)
    const message = trailing ? `JSON allows no comma before ${text[offset]}` : (WORDS[name] ?? name)
    problems.push({ offset, message, path: [] })
    if (!trailing && name !== COMMENT) break
  }
  return problems
}

/** Names that an object has twice: every reader of JSON silently keeps the last. */
export function duplicateKeys(root: Node | undefined): JsonProblem[] {
  const problems: JsonProblem[] = []
  const rest: { node: Node; path: JsonPath }[] = root ? [{ node: root, path: [] }] : []
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { node, path } = next
    const seen = new Set<string>()
    for (const [i, child] of (node.children ?? []).entries()) {
      if (node.type === 'array') rest.push({ node: child, path: [...path, i] })
      if (child.type !== 'property') continue
      const [key, value] = child.children!
      const name = key!.value as string
      const inner = [...path, name]
      if (seen.has(name))
        problems.push({
          offset: key!.offset,
          path: inner,
          message: `${JSON.stringify(name)} is here for the second time, and only the last one counts`,
        })
      seen.add(name)
      if (value) rest.push({ node: value, path: inner })
    }
  }
  return problems.sort((a, b) => a.offset - b.offset)
}
