import { wholeOption } from '../core/options.ts'

/** A step that is known, as `suite.steps` has them. */
export interface KnownStep {
  /** A Cucumber expression, or a regular expression as text. */
  readonly pattern: string
  readonly doc?: string | undefined
  readonly library?: string | undefined
}

/** Longer ones are compared as far as this: what comparing costs grows with the square of the length. */
const MOST_WORDS = 60
const MOST_LETTERS = 40
/** What stands in the place of a parameter, but does not look like one of its kind, is a slip and no other step. */
const OTHER_KIND = 0.25
/** A word too many or too few says less than another word, which is 1. */
const OTHER_LENGTH = 0.5

const NUMBER = /^[-+]?\d+(?:[.,]\d+)*$/
const QUOTED = /^(?:"[^"]*"|'[^']*')$/
const KINDS: Readonly<Record<string, RegExp>> = {
  int: NUMBER,
  float: NUMBER,
  double: NUMBER,
  byte: NUMBER,
  short: NUMBER,
  long: NUMBER,
  biginteger: NUMBER,
  bigdecimal: NUMBER,
  string: QUOTED,
}
/** What is in quotation marks, what is in braces, and words. */
const WORDS = /(?<!\S)"[^"]*"|(?<!\S)'[^']*'(?!\S)|\{[^}]*\}|[^\s{]+/g

/**
 * The `n` known steps that come nearest to a text that nothing matches, the nearest first: by how many words would have
 * to be added, left out or changed, a word that is only misspelt counting for as much as is wrong in it. Parameters take
 * any value of their kind. Of several that are as near, the first.
 */
export function nearestSteps<Step extends KnownStep>(text: string, known: readonly Step[], n = 3): Step[] {
  wholeOption('nearestSteps n', n, 0)
  const words = wordsOf(text)
  return known
    .map(step => ({ step, far: distance(words, wordsOf(plain(step.pattern)), OTHER_LENGTH, different) }))
    .map(({ step, far }) => ({ step, far: far / Math.max(words.length, wordsOf(plain(step.pattern)).length, 1) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, n)
    .map(({ step }) => step)
}

const wordsOf = (text: string): string[] => (text.match(WORDS) ?? []).slice(0, MOST_WORDS)

/** A pattern as the text that it is for: the first of alternatives, with what is optional, with parameters in braces. */
function plain(pattern: string): string {
  const regexp = /^\/\^?(.*?)\$?\/[a-z]*$/s.exec(pattern)
  if (!regexp)
    return pattern
      .replace(/(?<!\\)\(([^)]*)\)/g, '$1')
      .replace(/(?<=[^\s\\])\/\S+/g, '')
      .replace(/\\(.)/g, '$1')
  return regexp[1]!
    .replace(/"\((?:[^()\\]|\\.)*\)"/g, '{string}')
    .replace(/\(\?:((?:[^()|\\]|\\.)*)(?:\|(?:[^()\\]|\\.)*)?\)\??/g, '$1')
    .replace(/\((?:\\d|\[0-9\])[^)]*\)/g, '{int}')
    .replace(/\((?:[^()\\]|\\.)*\)\??/g, '{}')
    .replace(/\\(.)/g, '$1')
}

/** How different a word is from one of a pattern: 0 the same, 1 altogether. */
function different(word: string, pattern: string): number {
  const name = /^\{(.*)\}$/.exec(pattern)?.[1]
  if (name !== undefined) return !Object.hasOwn(KINDS, name) || KINDS[name]!.test(word) ? 0 : OTHER_KIND
  // A value is never a misspelt word.
  if (QUOTED.test(word) || NUMBER.test(word)) return word === pattern ? 0 : 1
  const [a, b] = [letters(word), letters(pattern)]
  const share = distance(a, b, 1, (x, y) => (x === y ? 0 : 1)) / Math.max(a.length, b.length, 1)
  // Words with half of their letters in common by chance are other words.
  return share > 0.5 ? 1 : share
}

const letters = (word: string) => [...word.toLowerCase()].slice(0, MOST_LETTERS)

/** The least that turns one list into the other, by leaving out, adding (each `one`) and changing. Levenshtein's. */
function distance<T>(a: readonly T[], b: readonly T[], one: number, change: (x: T, y: T) => number): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j * one)
  for (const [i, x] of a.entries()) {
    const row = [(i + 1) * one]
    for (const [j, y] of b.entries()) row.push(Math.min(above[j]! + change(x, y), above[j + 1]! + one, row[j]! + one))
    above = row
  }
  return above[b.length]!
}
