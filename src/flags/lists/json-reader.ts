import { describe } from '../../core/options.ts'
import { LONGEST_ID } from './id-list.ts'
import { malformed, type Position } from './refusals.ts'
import type { StagedIds } from './staged-ids.ts'
import type { TextReader } from './text-reader.ts'

const LF = 10
const QUOTE = 34
const BACKSLASH = 92
/** Every unit of an id may be written as an escape of six characters. */
const LONGEST_LITERAL = 6 * LONGEST_ID

/** What may come next, in words. */
const EXPECTED = {
  open: 'an array of strings, beginning with [',
  first: 'a string or ]',
  value: 'a string (in quotes: a number would lose its leading zeros)',
  text: 'the rest of a string',
  next: ', or ]',
  done: 'nothing after the array',
} as const

/** Reads one JSON array of strings, in windows, which JSON.parse cannot; see `ListFormat`. */
export function jsonReader(name: string, staged: StagedIds): TextReader {
  let state: keyof typeof EXPECTED = 'open'
  let line = 1
  /** Characters of this line that were read in earlier windows. */
  let before = 0
  // Of the string that is being read: where it began, what earlier windows had of it, and its escapes.
  let began: Position = { line: 1, column: 1 }
  let raw = ''
  let escaped = false
  let skip = false

  const refuse = (expected: string, came: string) => malformed(name, { line, column: before + 1 }, expected, came)
  const tooLong = () => malformed(name, began, `an id of at most ${LONGEST_ID} characters`, 'a longer one')
  const take = (text: string, from: number, to: number) => {
    if (to - from > LONGEST_ID) throw tooLong()
    staged.add(text, from, to)
  }
  const unquote = (literal: string): string => {
    try {
      return JSON.parse(`"${literal}"`) as string
    } catch {
      throw malformed(name, began, 'a JSON string', describe(literal))
    }
  }
  const after = (unit: number): keyof typeof EXPECTED | undefined => {
    if (state === 'open') return unit === 91 ? 'first' : undefined
    if (state === 'next' && unit === 44) return 'value'
    if ((state === 'next' || state === 'first') && unit === 93) return 'done'
    return (state === 'value' || state === 'first') && unit === QUOTE ? 'text' : undefined
  }

  return {
    read(text, from, to) {
      // What is taken from an index to make it a column, less 1.
      let origin = from - before
      let i = from
      const fail = (expected: string) => malformed(name, { line, column: i - origin + 1 }, expected, describe(text[i]))
      while (i < to) {
        if (state !== 'text') {
          const unit = text.charCodeAt(i)
          if (unit === LF) {
            line++
            origin = i + 1
          } else if (unit !== 32 && unit !== 9 && unit !== 13) {
            const next = after(unit)
            if (!next) throw fail(EXPECTED[state])
            if (next === 'text') began = { line, column: i - origin + 1 }
            state = next
          }
          i++
          continue
        }
        const start = i
        for (; i < to; i++) {
          const unit = text.charCodeAt(i)
          if (unit < 32) throw fail('no control character in a string')
          if (skip) skip = false
          else if (unit === QUOTE) break
          else if (unit === BACKSLASH) escaped = skip = true
        }
        if (raw.length + i - start > LONGEST_LITERAL) throw tooLong()
        if (i === to) raw += text.slice(start, i)
        else {
          if (raw === '' && !escaped) take(text, start, i)
          else {
            raw += text.slice(start, i)
            const id = escaped ? unquote(raw) : raw
            take(id, 0, id.length)
          }
          raw = ''
          escaped = false
          state = 'next'
          i++
        }
      }
      before = to - origin
    },
    end() {
      if (state !== 'done') throw refuse(EXPECTED[state], 'the end')
    },
    refuse,
  }
}
