import { AndonError } from '../core/errors.ts'

/** How often a scenario runs as a canary, by its tag. */
export interface CanaryTag {
  readonly everyMs: number
  readonly timeoutMs: number | undefined
}

const TAG = /^@canary(?:\((.*)\))?$/
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const EVERY_MS = 60_000

/**
 * Reads `@canary`, `@canary(every=1m)`, `@canary(every=30s,timeout=10s)` among tags: undefined without one. Without
 * `every`, one a minute. Throws `bad-tag` naming `where`.
 */
export function canaryTag(tags: readonly string[], where: string): CanaryTag | undefined {
  const found = tags.map(tag => ({ tag, match: TAG.exec(tag) })).find(({ match }) => match)
  if (!found) return tags.some(tag => tag.startsWith('@canary(')) ? bad(where, tags.join(' ')) : undefined
  const settings = new Map<string, number>()
  for (const part of (found.match![1] ?? '').split(',').filter(Boolean)) {
    const [key = '', text = ''] = part.split('=')
    const [, number, unit] = DURATION.exec(text) ?? []
    if ((key !== 'every' && key !== 'timeout') || number === undefined) return bad(where, found.tag)
    const ms = Number(number) * UNIT[unit!]!
    if (ms < 1 || settings.has(key)) return bad(where, found.tag)
    settings.set(key, ms)
  }
  return { everyMs: settings.get('every') ?? EVERY_MS, timeoutMs: settings.get('timeout') }
}

function bad(where: string, tag: string): never {
  throw new AndonError(
    'bad-tag',
    `${where}: expected @canary, or @canary(every=1m,timeout=10s) with ms, s, m or h; got ${tag}`,
  )
}
