import { AndonError } from '../core/errors.ts'

/** How often a scenario runs as a canary, by its tag. */
export interface CanaryTag {
  /** Undefined: as often as whoever runs it says. */
  readonly everyMs: number | undefined
  readonly timeoutMs: number | undefined
}

const TAG = /^@canary(?:\((.*)\))?$/
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Reads `@canary`, `@canary(every=1m)`, `@canary(every=30s,timeout=10s)` among tags: undefined without one. Without
 * `every`, as often as whoever runs it says. Throws `bad-tag` naming `where`.
 */
export function canaryTag(tags: readonly string[], where: string): CanaryTag | undefined {
  // From the feature's to the scenario's own: the last is the nearest, and stands.
  const all = tags.filter(tag => /^@canary(?:\(|$)/.test(tag)).map(tag => settingsOf(tag, where))
  return all.at(-1)
}

function settingsOf(tag: string, where: string): CanaryTag {
  const match = TAG.exec(tag)
  if (!match) return bad(where, tag)
  const settings = new Map<string, number>()
  for (const part of (match[1] ?? '').split(',').filter(Boolean)) {
    const [key = '', text = ''] = part.split('=')
    const [, number, unit] = DURATION.exec(text) ?? []
    if ((key !== 'every' && key !== 'timeout') || number === undefined) return bad(where, tag)
    const ms = Number(number) * UNIT[unit!]!
    if (ms < 1 || settings.has(key)) return bad(where, tag)
    settings.set(key, ms)
  }
  return { everyMs: settings.get('every'), timeoutMs: settings.get('timeout') }
}

function bad(where: string, tag: string): never {
  throw new AndonError(
    'bad-tag',
    `${where}: expected @canary, or @canary(every=1m,timeout=10s) with ms, s, m or h; got ${tag}`,
  )
}
