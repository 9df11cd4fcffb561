import { AndonError } from '../../core/errors.ts'

/** A rule that cannot be understood, with the place where it goes wrong. Its code is `invalid-rule`. */
export class RuleError extends AndonError<'invalid-rule'> {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number

  constructor(text: string, at: number, what: string) {
    const before = text.slice(0, at).split('\n')
    const [line, column] = [before.length, before.at(-1)!.length + 1]
    super('invalid-rule', `line ${line}, column ${column}: ${what}`)
    this.line = line
    this.column = column
  }
}
