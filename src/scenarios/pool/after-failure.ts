import type { Settlement } from '../../parts/leases/index.ts'

/**
 * Where a resource goes whose cleaning or health check failed, with `failures` in a row before: back to be cleaned, or
 * out of the way when that was one too many.
 */
export function afterFailure(
  failures: number,
  reason: string,
  { quarantineAfter, restMs }: { readonly quarantineAfter: number; readonly restMs: number },
): Settlement {
  const count = failures + 1
  return count >= quarantineAfter
    ? { to: 'quarantined', failures: count, reason }
    : { to: 'dirty', failures: count, reason, restMs }
}
