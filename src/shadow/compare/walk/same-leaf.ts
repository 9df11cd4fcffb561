import { type Shape, shapeOf } from '../values/shapes.ts'
import { type Tolerance, within } from '../values/tolerance.ts'

/** A number as XML has it. */
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/
/** Longer texts are no numbers. */
const LONGEST = 400

/** Whether two values that are not identical are the same all the same. With `numericText`, texts may be numbers. */
export function sameLeaf(
  a: unknown,
  b: unknown,
  tolerance: Tolerance | undefined,
  shapes: readonly Shape[],
  numericText: boolean,
): boolean {
  if (tolerance) {
    const [one, other] = [numberOf(a, numericText), numberOf(b, numericText)]
    if (one !== undefined && other !== undefined && within(tolerance, one, other)) return true
  }
  if (shapes.length > 0 && typeof a === typeof b) {
    const shape = shapeOf(a, shapes)
    if (shape !== undefined && shape === shapeOf(b, shapes)) return true
  }
  return Object.is(a, b)
}

/** What counts as a number for a tolerance. */
export function numberOf(value: unknown, numericText: boolean): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (!numericText || typeof value !== 'string' || value.length > LONGEST || !NUMBER.test(value)) return undefined
  return Number(value)
}
