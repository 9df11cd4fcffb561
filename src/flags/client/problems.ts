import type { AndonError } from '../../core/errors.ts'

/** Tells each thing that is wrong once, not at every look and not at every call. */
export interface Problems {
  /** Told unless `key` has been told already. */
  report(key: string, error: AndonError): void
  /** It is right again: the next time is told anew. */
  mended(key: string): void
}

/** Some source may bring a new broken version for ever; what was told longest ago may be told again. */
const MOST = 1000

export function problems(tell: (error: AndonError) => void): Problems {
  const told = new Set<string>()
  return {
    report(key, error) {
      if (told.has(key)) return
      if (told.size >= MOST) told.delete(told.values().next().value!)
      told.add(key)
      tell(error)
    },
    mended: key => void told.delete(key),
  }
}
