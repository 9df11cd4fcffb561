import { wildcard } from '../paths/wildcard.ts'
import { IGNORED_HEADERS } from './header-lists.ts'

interface HeaderFilter {
  /** May have `*`. */
  readonly ignored: readonly string[]
  readonly compared: readonly string[]
}

/** Whether a header, by its name in lower case, or a cookie as `set-cookie[name]`, does not count. */
export function headerFilter({ ignored, compared }: HeaderFilter): (name: string) => boolean {
  const counts = new Set(compared.map(name => name.toLowerCase()))
  const names = new Set(IGNORED_HEADERS.filter(name => !counts.has(name)))
  const patterns: ((name: string) => boolean)[] = []
  for (const entry of ignored) {
    // Names of cookies have a case.
    const name = entry.startsWith('set-cookie[') ? entry : entry.toLowerCase()
    if (name.includes('*')) patterns.push(wildcard(name))
    else names.add(name)
  }
  return name => names.has(name) || patterns.some(matches => matches(name))
}
