import { AndonError } from '../../../core/errors.ts'
import { describe, messageOf } from '../../../core/options.ts'

const LONGEST_PATTERN = 1000
/** The engine's time is the text's length times the pattern's steps: bounded together, and so is the time. */
const MOST_WORK = 20_000_000

/**
 * Compiles a regular expression of a feature file for RE2's engine, which never goes back: no pattern hangs the process.
 * Rejects with `bad-pattern`; what it answers throws `pattern-too-expensive` for a text too long for the pattern.
 */
export async function safePattern(source: string): Promise<(text: string) => boolean> {
  if (source.length > LONGEST_PATTERN) throw bad(source, `it has more than ${LONGEST_PATTERN} characters`)
  const { RE2JS } = await import('re2js')
  let compiled: InstanceType<typeof RE2JS>
  try {
    compiled = RE2JS.compile(source)
  } catch (error) {
    throw bad(source, messageOf(error))
  }
  const steps = compiled.programSize()
  return text => {
    if (steps * text.length > MOST_WORK)
      throw new AndonError(
        'pattern-too-expensive',
        `pattern ${describe(source)} has ${steps} steps: too many for a text of ${text.length} characters`,
      )
    return compiled.matcher(text).find()
  }
}

const bad = (source: string, why: string) => new AndonError('bad-pattern', `pattern ${describe(source)}: ${why}`)
