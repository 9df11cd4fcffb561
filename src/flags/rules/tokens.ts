import { RuleError } from './rule-error.ts'

/** A piece of a rule's text. `at` counts characters from 0. */
export type Token =
  | { readonly kind: '(' | ')' | '[' | ']' | ','; readonly at: number }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'time'; readonly at: number; readonly value: number }
  | { readonly kind: 'word'; readonly at: number; readonly value: string }
  /** A name in front of `::`, which belongs to what follows. */
  | { readonly kind: 'name'; readonly at: number; readonly value: string }

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y
const TIME =
  /\d{4}(?:T|-\d{2}(?:T|-\d{2}(?:T(?:\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?)(?![\w:.+-])/y
const NUMBER = /[+-]?\d+(?:\.\d*)?(?:[eEdD][+-]?\d+)?(?![\w.])/y
const WORD = /\$?[A-Za-z_][\w.-]*/y
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"/y
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  '?': '?',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** Splits a rule into tokens. Throws `RuleError` at the first character that belongs to none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const space = take(SPACE)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const token = tokenAt(text, at, take)
    tokens.push(token.token)
    at += token.length
  }
  return tokens
}

function tokenAt(
  text: string,
  at: number,
  take: (pattern: RegExp) => string | undefined,
): { token: Token; length: number } {
  const character = text[at]!
  if ('()[],'.includes(character)) return { token: { kind: character as '(', at }, length: 1 }
  const time = take(TIME)
  if (time !== undefined) {
    const value = parseTime(time)
    if (Number.isNaN(value)) throw new RuleError(text, at, `${time} is no moment in time`)
    return { token: { kind: 'time', at, value }, length: time.length }
  }
  const number = take(NUMBER)
  if (number !== undefined && /^[+-]?\d+$/.test(number) && !Number.isSafeInteger(Number(number)))
    throw new RuleError(text, at, `${number} is too large to be exact: write it as a string`)
  if (number !== undefined)
    return { token: { kind: 'number', at, value: Number(number.replace(/[dD]/, 'e')) }, length: number.length }
  const string = take(STRING)
  if (string !== undefined)
    return { token: { kind: 'string', at, value: unescaped(text, at, string) }, length: string.length }
  const word = take(WORD)
  if (word !== undefined) {
    if (text.startsWith('::', at + word.length))
      return { token: { kind: 'name', at, value: word }, length: word.length + 2 }
    return { token: { kind: 'word', at, value: word }, length: word.length }
  }
  throw new RuleError(
    text,
    at,
    character === '"' ? 'this string does not end' : `unexpected ${JSON.stringify(character)}`,
  )
}

function unescaped(text: string, at: number, quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g,
      (all: string, u?: string, x?: string, one?: string) => {
        const code = u ?? x
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
        const meant = ESCAPES[one!]
        if (meant === undefined) throw new RuleError(text, at, `unknown escape ${all}`)
        return meant
      },
    )
}

/** Epoch milliseconds of a moment as the W3C note on dates and times writes it; a date alone begins at midnight UTC. */
export function parseTime(text: string): number {
  const [, year, month = '01', day = '01', time] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?T?(.*)$/.exec(text) ?? []
  if (year === undefined) return Number.NaN
  return Date.parse(`${year}-${month}-${day}T${time === undefined || time === '' ? '00:00Z' : time}`)
}
