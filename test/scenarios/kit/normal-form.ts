import { basename } from 'node:path'

type Message = Readonly<Record<string, unknown>>

/**
 * Messages without what is different in every run: ids are numbered in the order in which they appear, so that whatever
 * refers to one must still refer to the same; times and durations are only there or not; what tells of the machine and
 * of the implementation is left out, and so are the texts of snippets and stack traces.
 */
export function normalForm(messages: readonly Message[]): unknown[] {
  const ids = new Map<string, string>()
  const idOf = (id: string) => {
    if (!ids.has(id)) ids.set(id, `#${ids.size}`)
    return ids.get(id)
  }
  const visit = (value: unknown, key: string): unknown => {
    if (key === 'meta')
      return Object.keys(value as object)
        .filter(part => part !== 'ci')
        .sort()
    if (key === 'timestamp' || key === 'duration') return 'a time'
    if (key === 'stackTrace' || key === 'code') return typeof value
    if (key === 'sourceReference') {
      const { uri, location } = value as { uri: string; location: { line: number } }
      return { uri: basename(uri), line: location.line }
    }
    if (typeof value === 'string' && (key === 'id' || key.endsWith('Id'))) return idOf(value)
    if (Array.isArray(value)) return value.map(one => (key.endsWith('Ids') ? idOf(one as string) : visit(one, '')))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, visit(inner, name)]),
    )
  }
  return messages.map(message => visit(message, ''))
}
