import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { JsonPath } from '../flags/index.ts'
import { duplicateKeys, syntaxProblems } from './json-problems.ts'
import { linePositions, type Position } from './line-positions.ts'

/** A JSON text that knows where in it things are. */
export interface LocatedJson {
  /** Breaches of JSON's grammar, in order. */
  readonly syntax: readonly LocatedProblem[]
  readonly duplicates: readonly LocatedProblem[]
  /**
   * Where the value at a path begins, or the innermost one around it when it is missing. `within` is a place in the text
   * that a string stands for; it is followed through the string's escapes.
   */
  locate(path: JsonPath, within?: Position): Position
}

export interface LocatedProblem extends Position {
  readonly message: string
  readonly path: JsonPath
}

/** Reads a text as JSON proper: no comments, no trailing commas. Never throws. */
export function locateJson(text: string): LocatedJson {
  const positionAt = linePositions(text)
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  } catch {
    // It descends into what is nested by calling itself.
    return { syntax: [{ line: 1, column: 1, path: [], message: 'nested too deeply' }], duplicates: [], locate }
  }
  const located = (problems: ReturnType<typeof duplicateKeys>) =>
    problems.map(({ offset, path, message }) => ({ ...positionAt(offset), path, message }))
  function locate(path: JsonPath, within?: Position): Position {
    const { node, whole } = root ? nodeAt(root, path) : {}
    if (!node) return { line: 1, column: 1 }
    if (within && whole && node.type === 'string') return positionAt(offsetWithin(text, node, within))
    return positionAt(node.offset)
  }
  return { syntax: located(syntaxProblems(text, errors)), duplicates: located(duplicateKeys(root)), locate }
}

/** The node at the end of a path, or as far as the path goes. Of a name that is there twice the last one counts. */
function nodeAt(root: Node, path: JsonPath): { node: Node; whole: boolean } {
  let node = root
  for (const step of path) {
    const children = node.children ?? []
    const next =
      typeof step === 'number'
        ? node.type === 'array' && children[step]
        : node.type === 'object' && children.findLast(c => c.children?.[0]?.value === step)?.children?.[1]
    if (!next) return { node, whole: false }
    node = next
  }
  return { node, whole: true }
}

/** The offset in the file of a place in the text that a JSON string stands for. */
function offsetWithin(text: string, { offset, value }: Node, { line, column }: Position): number {
  const lines = (value as string).split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + column - 1
  let at = offset + 1
  for (let unit = 0; unit < before; unit++) at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
  return at
}
