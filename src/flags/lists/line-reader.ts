import { describe } from '../../core/options.ts'
import { LONGEST_ID } from './id-list.ts'
import { malformed } from './refusals.ts'
import type { StagedIds } from './staged-ids.ts'
import type { TextReader } from './text-reader.ts'

const CR = 13
const HASH = 35
/** A longer line, comments included, is refused rather than gathered in memory. */
const LONGEST_LINE = 65_536

const blank = (unit: number) => unit === 32 || unit === 9

/** Reads one id a line; see `ListFormat`. */
export function lineReader(name: string, staged: StagedIds): TextReader {
  let line = 1
  let carry = ''

  /** One line, text[start, end), without its line feed. */
  const take = (text: string, start: number, end: number) => {
    let from = start
    let to = end
    if (to > from && text.charCodeAt(to - 1) === CR) to--
    while (from < to && blank(text.charCodeAt(from))) from++
    while (from < to && blank(text.charCodeAt(to - 1))) to--
    if (from === to || text.charCodeAt(from) === HASH) return
    const refuse = (at: number, expected: string, came: string) =>
      malformed(name, { line, column: at - start + 1 }, expected, came)
    if (to - from > LONGEST_ID) throw refuse(from, `an id of at most ${LONGEST_ID} characters`, `${to - from}`)
    if (staged.addDigits(text, from, to)) return
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i)
      // Most ids are ASCII; only what is not needs asking for.
      if (unit <= 32 || unit === 127 || (unit > 127 && /[\s\p{Cc}]/u.test(text[i]!))) {
        const expected = 'an id without whitespace and control characters (a list in JSON may hold such ids)'
        throw refuse(i, expected, describe(text[i]))
      }
    }
    staged.addString(text, from, to)
  }
  const tooLong = () => malformed(name, { line, column: 1 }, `a line of at most ${LONGEST_LINE} characters`, 'more')

  return {
    read(text, from, to) {
      let start = from
      for (let end = text.indexOf('\n', start); end !== -1 && end < to; end = text.indexOf('\n', start)) {
        if (carry.length + end - start > LONGEST_LINE) throw tooLong()
        if (carry === '') take(text, start, end)
        else {
          carry += text.slice(start, end)
          take(carry, 0, carry.length)
          carry = ''
        }
        line++
        start = end + 1
      }
      if (carry.length + to - start > LONGEST_LINE) throw tooLong()
      if (start < to) carry += text.slice(start, to)
    },
    end: () => take(carry, 0, carry.length),
    refuse: (expected, came) => malformed(name, { line, column: carry.length + 1 }, expected, came),
  }
}
