import { RuleError } from './rule-error.ts'
import { type Token, tokenize } from './tokens.ts'

/** A rule as a tree. `at` counts characters of the rule's text from 0. */
export type RuleNode =
  | { readonly kind: 'literal'; readonly at: number; readonly value: string | number | boolean }
  | { readonly kind: 'time'; readonly at: number; readonly value: number }
  | { readonly kind: 'context'; readonly at: number; readonly key: string }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly RuleNode[] }
  | { readonly kind: 'call'; readonly at: number; readonly operator: string; readonly operands: readonly Operand[] }

/** What an operator is applied to; some are named, in any order. */
export interface Operand {
  readonly name: string | undefined
  readonly node: RuleNode
}

/** AppConfig's limit for a rule, in characters. */
export const LONGEST_RULE = 16_384
/** Deeper ones are refused, so that no rule can exhaust the stack. */
const DEEPEST = 64

/** Reads a rule in AppConfig's language (Ion s-expressions). Throws `RuleError` with line and column. */
export function parseRule(text: string): RuleNode {
  if (text.length > LONGEST_RULE)
    throw new RuleError(
      text,
      LONGEST_RULE,
      `a rule has at most ${LONGEST_RULE} characters, this one has ${text.length}`,
    )
  const tokens = tokenize(text)
  let next = 0
  const fail = (at: number, what: string): never => {
    throw new RuleError(text, at, what)
  }
  const take = (): Token => tokens[next++] ?? fail(text.length, 'the rule ends too early')

  const node = (token: Token, depth: number): RuleNode => {
    const { at } = token
    if (depth > DEEPEST) return fail(at, `expressions are nested more than ${DEEPEST} deep`)
    switch (token.kind) {
      case 'string':
      case 'number':
        return { kind: 'literal', at, value: token.value }
      case 'time':
        return { kind: 'time', at, value: token.value }
      case 'word':
        if (token.value.startsWith('$') && token.value.length > 1)
          return { kind: 'context', at, key: token.value.slice(1) }
        if (token.value === 'true' || token.value === 'false')
          return { kind: 'literal', at, value: token.value === 'true' }
        return fail(at, `expected a value, got ${token.value}`)
      case '(':
        return call(at, depth)
      case '[':
        return list(at, depth)
      default:
        return fail(at, `expected a value, got ${'value' in token ? `${token.value}::` : token.kind}`)
    }
  }
  const call = (at: number, depth: number): RuleNode => {
    const head = take()
    if (head.kind !== 'word') return fail(head.at, 'expected the name of an operator')
    const operands: Operand[] = []
    for (let token = take(); token.kind !== ')'; token = take()) {
      const name = token.kind === 'name' ? token.value : undefined
      operands.push({ name, node: node(name === undefined ? token : take(), depth + 1) })
    }
    return { kind: 'call', at, operator: head.value, operands }
  }
  const list = (at: number, depth: number): RuleNode => {
    const items: RuleNode[] = []
    for (let token = take(); token.kind !== ']'; ) {
      items.push(node(token, depth + 1))
      token = take()
      if (token.kind === ',') token = take()
      else if (token.kind !== ']') return fail(token.at, 'expected a comma or the end of the list')
    }
    return { kind: 'list', at, items }
  }

  const rule = node(take(), 0)
  const rest = tokens[next]
  if (rest) return fail(rest.at, 'expected the end of the rule')
  return rule
}
