/** Headers as Node's HTTP server and clients have them: names in lower case, several values as a list. */
export type HeaderBag = Readonly<Record<string, string | readonly string[] | number | undefined>>

/** An answer to a request, as far as it was captured. */
export interface Answer {
  readonly status: number
  readonly headers: HeaderBag
  /** The body as it came, still encoded; as much of it as the cap allows. */
  readonly body: Uint8Array
  /** The body was longer than the cap. */
  readonly truncated: boolean
  /** From the request to the end of the answer, in milliseconds. */
  readonly latencyMs: number
}
