import type { AndonError } from '../../core/errors.ts'
import { jsonReader } from './json-reader.ts'
import { lineReader } from './line-reader.ts'
import { malformed } from './refusals.ts'
import type { StagedIds } from './staged-ids.ts'

/**
 * `lines`: one id a line; LF or CRLF; blank lines, and lines whose first character is `#`, are skipped; blanks around an
 * id are cut off, and whitespace within one is refused (a comment after an id would otherwise become part of it).
 * `json`: one array of strings. A byte order mark at the beginning is skipped in both.
 */
export type ListFormat = 'lines' | 'json'

/** Takes a text in windows of any size, so that none of it need be in memory, or take long, as a whole. */
export interface TextReader {
  /** Reads text[from, to). Throws `list-malformed` or `list-too-large`. */
  read(text: string, from: number, to: number): void
  /** There is no more. Throws `list-malformed` when something is missing. */
  end(): void
  /** The error for what stands where reading has come to. */
  refuse(expected: string, came: string): AndonError
}

const BOM = 0xfeff
/** So much whitespace before anything else is no list of ours; more is not kept to find out. */
const LONGEST_HEAD = 65_536

// Not a regular expression: the engine holds on to the last text that one matched, however large.
const isBlank = (unit: number) => unit === 32 || unit === 9 || unit === 10 || unit === 13

/** A reader for the format; without one, a text whose first character other than whitespace is `[` is JSON. */
export function textReader(name: string, staged: StagedIds, format?: ListFormat): TextReader {
  const make = (as: ListFormat) => (as === 'json' ? jsonReader(name, staged) : lineReader(name, staged))
  let reader = format && make(format)
  let begun = false
  let head = ''
  const start = (first: string) => {
    reader = make(first === '[' ? 'json' : 'lines')
    reader.read(head, 0, head.length)
    return reader
  }
  return {
    read(text, from, to) {
      if (!begun && from < to) {
        begun = true
        if (text.charCodeAt(from) === BOM) from++
      }
      if (!reader) {
        let at = from
        while (at < to && isBlank(text.charCodeAt(at))) at++
        const first = at < to ? text[at] : undefined
        head += text.slice(from, to)
        if (first !== undefined || head.length > LONGEST_HEAD) start(first ?? '')
      } else reader.read(text, from, to)
    },
    end: () => (reader ?? start('')).end(),
    refuse: (expected, came) =>
      reader ? reader.refuse(expected, came) : malformed(name, { line: 1, column: 1 }, expected, came),
  }
}
