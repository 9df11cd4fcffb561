import type { KindOptions } from './pool-options.ts'

/**
 * The same kind; for TypeScript, which finds out the type of a value that `create` makes only where the kind stands
 * alone. `create` has to stand before `clean` and `check`.
 */
export const resourceKind = <Value>(options: KindOptions<Value>): KindOptions<Value> => options
