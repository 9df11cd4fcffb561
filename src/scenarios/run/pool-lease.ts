import type { Lease } from './context.ts'

/** What a suite wants of a pool of resources. */
export interface SuitePool {
  take(
    kind: string,
    options: { readonly lane: 'on-demand' | 'canary'; readonly signal: AbortSignal },
  ): Promise<{ readonly id: string; readonly value: unknown; release(): Promise<void> }>
}

/** Takes resources for scenarios; they are given back behind them, when all else is cleaned up. */
export function poolLease(pool: SuitePool | undefined, lane: 'on-demand' | 'canary'): Lease | undefined {
  if (!pool) return undefined
  return async (kind, signal) => {
    const { id, value, release } = await pool.take(kind, { lane, signal })
    return { value, back: { name: `${kind} ${id}`, undo: () => release() } }
  }
}
