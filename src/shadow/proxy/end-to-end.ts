/** They are about one connection and not about the message (RFC 9110, 7.6.1, and what came before it). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Where a message ends and whom it is for is not for the sender's `Connection` header to take away. */
const KEPT = new Set(['content-length', 'host'])

/**
 * The headers of a message that go on to the other side: all but those about the connection that it came by and those that
 * its `Connection` header names. In order, as they were written; a name that came several times has a list.
 * `raw` has names and values in turn, as `rawHeaders` does.
 */
export function endToEnd(raw: readonly string[]): [name: string, value: string | string[]][] {
  const named = new Set<string>()
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]!.toLowerCase() === 'connection')
      for (const name of raw[i + 1]!.split(',')) named.add(name.trim().toLowerCase())
  const kept = new Map<string, [name: string, value: string | string[]]>()
  for (let i = 0; i < raw.length; i += 2) {
    const lower = raw[i]!.toLowerCase()
    if (HOP_BY_HOP.has(lower) || (named.has(lower) && !KEPT.has(lower))) continue
    const before = kept.get(lower)
    if (before) before[1] = [before[1], raw[i + 1]!].flat()
    else kept.set(lower, [raw[i]!, raw[i + 1]!])
  }
  return [...kept.values()]
}
