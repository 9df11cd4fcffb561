import { AndonError } from '../../../core/errors.ts'

/** A request that the server itself refuses: status, code and words go to the client as they are. */
export class Refusal extends AndonError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly field: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    extras: { readonly headers?: Readonly<Record<string, string>>; readonly field?: string | undefined } = {},
  ) {
    super(code, message)
    this.status = status
    this.headers = extras.headers ?? {}
    this.field = extras.field
  }
}

/** What an error's answer says. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

export const errorBody = (code: string, message: string, field?: string): ErrorBody => ({
  error: field === undefined ? { code, message } : { code, message, field },
})
