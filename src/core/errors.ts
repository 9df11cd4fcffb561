const BRAND = Symbol.for('andon.error')

/**
 * Base of every error that andon throws. `code` is a literal to switch on, the message names the option or field, what
 * was expected and what came, and `cause` holds the error underneath, if any. Test with `isAndonError`, not with
 * `instanceof`: two copies of the package in one process have two classes and one brand.
 */
export class AndonError<Code extends string = string> extends Error {
  readonly code: Code
  readonly [BRAND] = true

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AndonError'
    this.code = code
  }
}

/** Whether `value` is an error of andon's, from this copy of the package or another; with `code`, that very one. */
export function isAndonError<Code extends string>(value: unknown, code?: Code): value is AndonError<Code> {
  try {
    return (
      value instanceof Error && BRAND in value && (code === undefined || (value as { code?: unknown }).code === code)
    )
  } catch {
    // A revoked proxy, say, is no error of ours.
    return false
  }
}
