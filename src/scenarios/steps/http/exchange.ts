/** A body, and what it is. */
export interface RequestBody {
  readonly text: string
  readonly mediaType: string
}

/** A request as it was sent, and what came. */
export interface Exchange {
  readonly method: string
  /** Where it ended, when redirects were followed. */
  url: string
  /** Without those that hold credentials of the target. */
  requestHeaders: readonly (readonly [string, string])[]
  body: RequestBody | undefined
  redirects: number
  answer: Answer | undefined
}

/** What came. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The body as UTF-8; what came of it, when it was too long. */
  readonly text: string
  /** From the request's start to the body's end. */
  readonly tookMs: number
}
