import { RE2JS } from 're2js'

/** A pattern that large is no filter any more. */
const LONGEST_PATTERN = 1000
/** Longer values do not match: the time that a pattern takes grows with the value's length. */
const LONGEST_VALUE = 1000
/** The engine's time is the value's length times the program's steps: both are bounded, and so is the time. */
export const MOST_STEPS = 2000

/** A pattern whose time is bounded, whatever it and the value look like. */
export interface LinearPattern {
  readonly steps: number
  matches(value: string): boolean
}

/** Compiles a pattern for RE2's engine, which never goes back. Throws `RangeError` for one that is too large. */
export function linearPattern(source: string): LinearPattern {
  if (source.length > LONGEST_PATTERN) throw new RangeError(`a pattern has at most ${LONGEST_PATTERN} characters`)
  const compiled = RE2JS.compile(source)
  const steps = compiled.programSize()
  if (steps > MOST_STEPS) throw new RangeError(`it is too complex (${steps} steps, at most ${MOST_STEPS})`)
  return { steps, matches: value => value.length <= LONGEST_VALUE && compiled.matcher(value).find() }
}
