/** Two texts as values; `undefined` where a text is no JSON. */
export interface ParsedJson {
  readonly a: unknown
  readonly b: unknown
  /** Whether whole numbers that JavaScript would round are told apart. */
  readonly isExact: boolean
}

type Parse = (text: string) => unknown

/** Whole numbers that may be beyond 2^53; rarely also a part of a text, which does no harm. */
const LONG_NUMBERS = /(?<![\w."-])-?\d{16,}(?![\d.eE"])/g
/** A reviver costs several times what parsing costs; longer texts do without one. */
const LONGEST_REVIVED = 131_072
const MOST_DIGITS = 1000

/**
 * Parses both. Of fields of one name the last counts, as for `JSON.parse`. Whole numbers beyond 2^53 become bigints
 * when the texts do not have the same ones, so that two of them are not the same just because JavaScript rounds them
 * to one. With `isLines` each line is a value of its own, empty ones left out, and a text a list of them.
 */
export function parseBoth(primary: string, candidate: string, isLines: boolean): ParsedJson {
  const isAlike = String(primary.match(LONG_NUMBERS)) === String(candidate.match(LONG_NUMBERS))
  const isShort = Math.max(primary.length, candidate.length) <= LONGEST_REVIVED
  const parse = isAlike || !isShort ? JSON.parse : parseExactly
  return { a: read(primary, parse, isLines), b: read(candidate, parse, isLines), isExact: isAlike || isShort }
}

function read(text: string, parse: Parse, isLines: boolean): unknown {
  try {
    if (!isLines) return parse(text)
    const lines = text.split('\n').filter(line => line.trim() !== '')
    return lines.map(line => parse(line))
  } catch {
    return undefined
  }
}

function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, exact as (key: string, value: unknown) => unknown)
  } catch (error) {
    // What is nested so deep that the reviver ran out of stack is JSON all the same.
    if (error instanceof RangeError) return JSON.parse(text)
    throw error
  }
}

function exact(_: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return source.length <= MOST_DIGITS && /^-?\d+$/.test(source) ? BigInt(source) : value
}
