import type { HeaderBag } from '../../answer.ts'
import type { CompareRules } from '../compare-rules.ts'
import { nameKind } from '../paths/name-kind.ts'
import { cutPath } from '../paths/path-style.ts'
import { ABSENT, type Report } from '../report.ts'
import { cookiesOf } from './cookies.ts'
import { SECRET_HEADERS, SET_HEADERS } from './header-lists.ts'

type HeaderValue = HeaderBag[string]

/** Reports the headers in which two answers differ, but for those that do not count. Names are in lower case. */
export function compareHeaders(a: HeaderBag, b: HeaderBag, rules: CompareRules, report: Report): void {
  for (const name in a) if (a[name] !== b[name]) compareOne(name, a[name], own(b, name), rules, report)
  for (const name in b) if (!Object.hasOwn(a, name)) compareOne(name, undefined, b[name], rules, report)
}

function compareOne(name: string, a: HeaderValue, b: HeaderValue, rules: CompareRules, report: Report): void {
  if (rules.ignoresHeader(name)) return
  if (name === 'set-cookie') {
    compareCookies(listOf(a), listOf(b), rules, report)
    return
  }
  const [one, other] = [textOf(name, a), textOf(name, b)]
  if (one === other) return
  const path = cutPath(`header:${name}`)
  differ({ path, field: path, isSecret: SECRET_HEADERS.has(name) }, one, other, rules, report)
}

function compareCookies(a: readonly string[], b: readonly string[], rules: CompareRules, report: Report): void {
  const [ours, theirs] = [cookiesOf(a), cookiesOf(b)]
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, other] = [ours.get(name), theirs.get(name)]
    if (one === other || rules.ignoresHeader(`set-cookie[${name}]`)) continue
    const isData = nameKind(name) === 'data'
    const field = `header:set-cookie[${isData ? '*' : name}]`
    const path = isData ? `header:set-cookie[${rules.show.name(field, name)}]` : field
    differ({ path: cutPath(path), field, isSecret: true }, one, other, rules, report)
  }
}

interface Place {
  readonly path: string
  readonly field: string
  readonly isSecret: boolean
}

function differ(
  place: Place,
  one: string | undefined,
  other: string | undefined,
  rules: CompareRules,
  report: Report,
): void {
  const kind = one === undefined ? 'extra' : other === undefined ? 'missing' : 'changed'
  if (!place.isSecret) {
    report.add(place, kind, one ?? ABSENT, other ?? ABSENT)
    return
  }
  const shown = (value: string | undefined) => (value === undefined ? undefined : rules.show.secret(value))
  report.put(place, kind, shown(one), shown(other))
}

/** Not by an expression that goes back over a long run of blanks. */
const trimmedParts = (text: string): string =>
  text
    .split(';')
    .map(part => part.trim())
    .join(';')

/** A header that came several times is the same as a list in one (RFC 9110, section 5.3). */
function textOf(name: string, value: HeaderValue): string | undefined {
  if (value === undefined) return undefined
  const text = listOf(value).join(', ').trim()
  if (name === 'content-type') return text.startsWith('multipart/') ? text : trimmedParts(text.toLowerCase())
  if (!SET_HEADERS.has(name)) return text
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(',')
        .map(part => part.trim()),
    ),
  ]
    .sort()
    .join(', ')
}

function listOf(value: HeaderValue): readonly string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function own(bag: HeaderBag, name: string): HeaderValue {
  return Object.hasOwn(bag, name) ? bag[name] : undefined
}
