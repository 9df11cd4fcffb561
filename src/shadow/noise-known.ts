import type { Comparison } from './compare/comparison.ts'

/** Names that are kept; noise in more fields than that is no noise but another service. */
const MOST = 20_000

/** Tells differences from noise at once, comparison by comparison; how sure that is the table of fields says. */
export interface NoiseKnown {
  /** Two answers of the primary's version differ in these fields. */
  learn(endpoint: string, comparison: Comparison): void
  /** Whether a comparison differs in any field in which noise was never seen. */
  isReal(endpoint: string, comparison: Comparison): boolean
  forget(): void
}

export function noiseKnown(): NoiseKnown {
  const known = new Set<string>()
  const name = (endpoint: string, field: string) => `${endpoint}\n${field}`
  return {
    learn(endpoint, comparison) {
      for (const { field } of comparison.differences) if (known.size < MOST) known.add(name(endpoint, field))
    },
    // An answer that could not be compared is no difference; the table counts it apart.
    isReal: (endpoint, comparison) => comparison.differences.some(({ field }) => !known.has(name(endpoint, field))),
    forget: () => known.clear(),
  }
}
