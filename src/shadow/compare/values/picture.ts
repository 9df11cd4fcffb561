/** About so many characters of a value are shown. */
const LONGEST = 80

type Child = (path: string, key: string | number) => string
type Inner = (path: string, value: unknown) => unknown

/**
 * A value as JSON, as far as it fits. Walks no further than that: a value may be a megabyte. `inner` gives what to show
 * in place of an inner value, whose path is one step below. May throw what `inner` throws.
 */
export function pictureOf(value: unknown, path: string, child: Child, inner: Inner): string {
  const text = write('', value, path, child, inner)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).toWellFormed()}…` : text
}

/** `text` with the value behind it. */
function write(text: string, value: unknown, path: string, child: Child, inner: Inner): string {
  if (typeof value === 'string') return text + quoted(value)
  if (typeof value !== 'object' || value === null) return text + String(value)
  const isList = Array.isArray(value)
  let all = text + (isList ? '[' : '{')
  let isFirst = true
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (all.length > LONGEST) break
    if (!isFirst) all += ','
    isFirst = false
    if (typeof key === 'string') all += `${quoted(key)}:`
    const below = child(path, key)
    all = write(all, inner(below, (value as Record<string | number, unknown>)[key]), below, child, inner)
  }
  return all + (isList ? ']' : '}')
}

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? text.slice(0, LONGEST) : text)
}
