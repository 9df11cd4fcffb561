import { align } from './align.ts'
import type { CompareRules } from './compare-rules.ts'
import { ABSENT, type Report } from './report.ts'
import { maskShapes } from './values/shapes.ts'

/** A text, of which perhaps only the beginning is known. */
export interface TextPart {
  readonly text: string
  readonly isCut: boolean
}

interface Lines {
  readonly lines: readonly string[]
  readonly isLong: boolean
  readonly isCut: boolean
}

/**
 * Reports what differs between two texts, line by line. When one of them is cut, or has more lines than may be looked
 * at, only the first line that differs: what follows cannot be told from lines that have moved.
 */
export function diffText(primary: TextPart, candidate: TextPart, rules: CompareRules, report: Report): void {
  const [a, b] = [linesOf(primary, rules.maxNodes), linesOf(candidate, rules.maxNodes)]
  const isCut = a.isCut || b.isCut
  const mask = (line: string) => (rules.shapes.length > 0 ? maskShapes(line, rules.shapes) : line)
  const same = (i: number, j: number) => a.lines[i] === b.lines[j] || mask(a.lines[i]!) === mask(b.lines[j]!)
  const add = (i: number | undefined, j: number | undefined) => {
    const kind = j === undefined ? 'missing' : i === undefined ? 'extra' : 'changed'
    const one = i === undefined ? ABSENT : a.lines[i]
    const other = j === undefined ? ABSENT : b.lines[j]
    report.add({ path: `line ${(i ?? j!) + 1}`, field: 'line' }, kind, one, other)
  }
  const [endA, endB] = [a.lines.length, b.lines.length]
  const least = Math.min(endA, endB)
  let from = 0
  while (from < least && same(from, from)) from++
  if (isCut) {
    if (from < least) add(from, from)
    else if (from < endB && !a.isCut) add(undefined, from)
    else if (from < endA && !b.isCut) add(from, undefined)
    const whose = a.isLong ? 'primary' : 'candidate'
    report.incomplete(
      a.isLong || b.isLong
        ? `the ${whose}'s text has more than ${rules.maxNodes} lines (maxNodes)`
        : 'only the beginning of the texts is known',
    )
    return
  }
  let behind = 0
  while (behind < least - from && same(endA - 1 - behind, endB - 1 - behind)) behind++
  const middle = (lines: readonly string[]) => lines.slice(from, lines.length - behind).map(mask)
  const [left, right] = [middle(a.lines), middle(b.lines)]
  let [i, j] = [0, 0]
  for (const [nextI, nextJ] of [...align(left, right), [left.length, right.length]] as const) {
    while (i < nextI && j < nextJ) add(from + i++, from + j++)
    while (i < nextI) add(from + i++, undefined)
    while (j < nextJ) add(undefined, from + j++)
    i++
    j++
  }
}

/** Without the last line of a text that is cut, which may be cut itself. */
function linesOf({ text, isCut }: TextPart, most: number): Lines {
  const lines = text.split('\n', most + 1)
  const isLong = lines.length > most
  return { lines: isCut || isLong ? lines.slice(0, -1) : lines, isLong, isCut: isCut || isLong }
}
