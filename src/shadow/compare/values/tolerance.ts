import { invalid, numberOption } from '../../../core/options.ts'
import { knownOptions } from '../../options/known-options.ts'

/** How far two numbers may be apart and still be the same; either is enough. */
export interface Tolerance {
  /** At most so much. */
  readonly absolute?: number
  /** At most this share of the one that is further from zero: 0.01 is one per cent. */
  readonly relative?: number
}

/** A plain number is absolute. Throws the `invalid-option` error. */
export function readTolerance(field: string, value: unknown): Tolerance {
  if (typeof value === 'number') return { absolute: numberOption(field, value, 0) }
  const given = typeof value === 'object' && value !== null ? value : {}
  const { absolute, relative } = knownOptions<Tolerance>(field, given, { absolute: true, relative: true })
  if (absolute === undefined && relative === undefined)
    throw invalid(field, 'a number, or { absolute, relative }', value)
  return {
    ...(absolute === undefined ? {} : { absolute: numberOption(`${field}.absolute`, absolute, 0) }),
    ...(relative === undefined ? {} : { relative: numberOption(`${field}.relative`, relative, 0) }),
  }
}

export function within(tolerance: Tolerance, a: number, b: number): boolean {
  const apart = Math.abs(a - b)
  return apart <= (tolerance.absolute ?? 0) || apart <= (tolerance.relative ?? 0) * Math.max(Math.abs(a), Math.abs(b))
}
