import { bucketLimit, bucketOf, seedState } from '../../core/bucket.ts'
import { invalid } from '../../core/options.ts'
import { type LinearPattern, linearPattern, MOST_STEPS } from './linear-pattern.ts'
import { type Operand, parseRule, type RuleNode } from './parse-rule.ts'
import { RuleError } from './rule-error.ts'
import { parseTime } from './tokens.ts'

/** What a request brings along: plain values under the names that rules call `$name`. */
export type FlagContext = Readonly<Record<string, unknown>>

/** A rule as a function. May throw what a getter of the context throws; whoever evaluates catches that. */
export type CompiledRule = (context: FlagContext) => boolean

/** Reads a rule once and makes a function of it. Throws `RuleError` with line and column. */
export function compileRule(text: string): CompiledRule {
  if (typeof text !== 'string') throw invalid('rule', 'a text', text)
  const rule = parseRule(text)
  if (rule.kind !== 'call')
    throw new RuleError(text, rule.at, 'a rule is an expression that is true or false, as in (eq $key "value")')
  const compiled = compile(text, rule)
  checkSteps(text, rule)
  return compiled
}

type Call = Extract<RuleNode, { kind: 'call' }>
type Read = (context: FlagContext) => unknown

function compile(text: string, node: RuleNode): CompiledRule {
  if (node.kind === 'literal' && typeof node.value === 'boolean') {
    const { value } = node
    return () => value
  }
  if (node.kind !== 'call') throw new RuleError(text, node.at, 'expected an expression that is true or false')
  const make = Object.hasOwn(OPERATORS, node.operator) ? OPERATORS[node.operator] : undefined
  if (!make)
    throw new RuleError(
      text,
      node.at + 1,
      `unknown operator ${node.operator}; there are ${Object.keys(OPERATORS).join(', ')}`,
    )
  return make(text, node)
}

const OPERATORS: Readonly<Record<string, (text: string, call: Call) => CompiledRule>> = {
  eq: (text, call) => comparison(text, call, (a, b) => a === b),
  gt: (text, call) => comparison(text, call, (a, b) => a > b),
  gte: (text, call) => comparison(text, call, (a, b) => a >= b),
  lt: (text, call) => comparison(text, call, (a, b) => a < b),
  lte: (text, call) => comparison(text, call, (a, b) => a <= b),
  and: (text, call) => {
    const parts = conditions(text, call)
    if (parts.length === 2) return c => parts[0]!(c) && parts[1]!(c)
    return c => {
      for (const part of parts) if (!part(c)) return false
      return true
    }
  },
  or: (text, call) => {
    const parts = conditions(text, call)
    if (parts.length === 2) return c => parts[0]!(c) || parts[1]!(c)
    return c => {
      for (const part of parts) if (part(c)) return true
      return false
    }
  },
  not: (text, call) => {
    const [only] = positional(text, call, 1)
    const part = compile(text, only)
    return c => !part(c)
  },
  begins_with: (text, call) => onStrings(text, call, (value, part) => value.startsWith(part)),
  ends_with: (text, call) => onStrings(text, call, (value, part) => value.endsWith(part)),
  contains: (text, call) => {
    const [value, part] = positional(text, call, 2)
    const [read, wanted] = [reader(text, value), stringOf(text, part)]
    return c => {
      const given = read(c)
      return typeof given === 'string' ? given.includes(wanted) : Array.isArray(given) && given.includes(wanted)
    }
  },
  in: (text, call) => {
    const [value, list] = positional(text, call, 2)
    if (list.kind !== 'list') throw new RuleError(text, list.at, 'expected a list, as in ["a", "b"]')
    const wanted = new Set(
      list.items.map(item => {
        if (item.kind !== 'literal') throw new RuleError(text, item.at, 'expected a string, a number, true or false')
        return String(item.value)
      }),
    )
    const read = reader(text, value)
    return c => {
      const given = read(c)
      return isPlain(given) && wanted.has(typeof given === 'string' ? given : String(given))
    }
  },
  matches: (text, call) => {
    const { in: value, pattern } = named(text, call, ['in', 'pattern'])
    const source = stringOf(text, pattern!)
    const compiled = compilePattern(text, pattern!.at, source)
    const read = reader(text, value!)
    return c => {
      const given = read(c)
      return typeof given === 'string' && compiled.matches(given)
    }
  },
  exists: (text, call) => {
    const [operand] = call.operands
    if (call.operands.length !== 1 || (operand!.name !== undefined && operand!.name !== 'key')) {
      throw new RuleError(text, call.at, 'expected one key, as in (exists key::"country")')
    }
    const { node } = operand!
    const key = node.kind === 'context' ? node.key : stringOf(text, node)
    return c => own(c, key) !== undefined
  },
  split: (text, call) => {
    const { by, pct, seed } = named(text, call, ['by', 'pct'], ['seed'])
    if (pct!.kind !== 'literal' || typeof pct!.value !== 'number' || !(pct!.value >= 0 && pct!.value <= 100)) {
      throw new RuleError(text, pct!.at, 'pct: expected a number from 0 to 100')
    }
    const limit = bucketLimit(pct!.value)
    const state = seedState(seed ? stringOf(text, seed) : '')
    const read = reader(text, by!)
    return c => {
      const given = read(c)
      return isPlain(given) && bucketOf(state, typeof given === 'string' ? given : String(given)) < limit
    }
  },
}

/** A linear-time engine: no pattern can make it hang, however it is written. */
function compilePattern(text: string, at: number, source: string): LinearPattern {
  try {
    return linearPattern(source)
  } catch (error) {
    throw new RuleError(text, at, `pattern: ${(error as Error).message}`)
  }
}

/** All patterns of a rule together, because a rule may ask them all. */
function checkSteps(text: string, rule: RuleNode): void {
  let steps = 0
  const visit = (node: RuleNode) => {
    if (node.kind !== 'call') return
    for (const operand of node.operands) {
      if (node.operator === 'matches' && operand.name === 'pattern')
        steps += compilePattern(text, operand.node.at, stringOf(text, operand.node)).steps
      if (steps > MOST_STEPS)
        throw new RuleError(
          text,
          operand.node.at,
          `its patterns are too complex together (more than ${MOST_STEPS} steps)`,
        )
      visit(operand.node)
    }
  }
  visit(rule)
}

function conditions(text: string, call: Call): CompiledRule[] {
  if (call.operands.length < 2) throw new RuleError(text, call.at, `${call.operator} needs two operands or more`)
  return call.operands.map(o => compile(text, unnamed(text, o)))
}

function unnamed(text: string, { name, node }: Operand): RuleNode {
  if (name !== undefined) throw new RuleError(text, node.at, `${name}:: is no operand here`)
  return node
}

function positional(text: string, call: Call, count: 1): [RuleNode]
function positional(text: string, call: Call, count: 2): [RuleNode, RuleNode]
function positional(text: string, call: Call, count: number): RuleNode[] {
  if (call.operands.length !== count)
    throw new RuleError(
      text,
      call.at,
      `${call.operator} needs ${count} operand${count === 1 ? '' : 's'}, got ${call.operands.length}`,
    )
  return call.operands.map(o => unnamed(text, o))
}

function named(
  text: string,
  call: Call,
  needed: readonly string[],
  optional: readonly string[] = [],
): Record<string, RuleNode | undefined> {
  const found: Record<string, RuleNode> = Object.create(null)
  for (const { name, node } of call.operands) {
    const known = name !== undefined && (needed.includes(name) || optional.includes(name))
    if (!known)
      throw new RuleError(
        text,
        node.at,
        `${call.operator} takes ${[...needed, ...optional].map(n => `${n}::`).join(' ')}; got ${name === undefined ? 'a value without a name' : `${name}::`}`,
      )
    if (found[name]) throw new RuleError(text, node.at, `${name}:: is given twice`)
    found[name] = node
  }
  const missing = needed.find(n => !found[n])
  if (missing !== undefined) throw new RuleError(text, call.at, `${call.operator} needs ${missing}::`)
  return found
}

function stringOf(text: string, node: RuleNode): string {
  if (node.kind !== 'literal' || typeof node.value !== 'string') throw new RuleError(text, node.at, 'expected a string')
  return node.value
}

/** Only what the context itself has: `$constructor` finds nothing in a plain object. */
function own(context: FlagContext, key: string): unknown {
  return Object.hasOwn(context, key) ? context[key] : undefined
}

function reader(text: string, node: RuleNode): Read {
  if (node.kind === 'context') {
    const { key } = node
    return c => own(c, key)
  }
  if (node.kind === 'literal' || node.kind === 'time') {
    const { value } = node
    return () => value
  }
  throw new RuleError(text, node.at, 'expected a context value, as in $key')
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function onStrings(text: string, call: Call, test: (value: string, part: string) => boolean): CompiledRule {
  const [value, part] = positional(text, call, 2)
  const [read, wanted] = [reader(text, value), stringOf(text, part)]
  return c => {
    const given = read(c)
    return typeof given === 'string' && test(given, wanted)
  }
}

/**
 * Compares a value with a literal in the literal's type: a context often has texts only (headers, claims), so `"70"` is
 * greater than 65, and `"true"` equals true. What does not read as that type does not match. One side may be a literal;
 * two context values are compared when they have the same type.
 */
function comparison(
  text: string,
  call: Call,
  test: (a: string | number | boolean, b: string | number | boolean) => boolean,
): CompiledRule {
  const [left, right] = positional(text, call, 2)
  const [a, b] = [reader(text, left), reader(text, right)]
  const literal = right.kind === 'context' ? left : right
  if (literal.kind === 'context') {
    return c => {
      const [x, y] = [a(c), b(c)]
      return isPlain(x) && typeof x === typeof y && test(x, y as typeof x)
    }
  }
  const read = left.kind === 'context' ? a : b
  const wanted = (literal as { value: string | number | boolean }).value
  const convert =
    literal.kind === 'time'
      ? asTime
      : typeof wanted === 'number'
        ? asNumber
        : typeof wanted === 'boolean'
          ? asBoolean
          : asString
  const flipped = left.kind !== 'context' && right.kind === 'context'
  return c => {
    const given = convert(read(c))
    return given !== undefined && (flipped ? test(wanted, given) : test(given, wanted))
  }
}

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const asString = (v: unknown) => (typeof v === 'string' ? v : isPlain(v) ? String(v) : undefined)
const asNumber = (v: unknown) =>
  typeof v === 'number' ? v : typeof v === 'string' && DECIMAL.test(v) ? Number(v) : undefined
const asBoolean = (v: unknown) => (typeof v === 'boolean' ? v : v === 'true' ? true : v === 'false' ? false : undefined)
function asTime(v: unknown): number | undefined {
  const time =
    v instanceof Date ? v.getTime() : typeof v === 'number' ? v : typeof v === 'string' ? parseTime(v) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
