import type { Exchange, RequestBody } from './exchange.ts'

/** What a scenario has said of its requests so far, and the last of them. */
export interface Draft {
  /** Of all requests, by lower-case name. */
  readonly headers: Map<string, string>
  /** Headers that get a field of the target's credentials; an empty name of a field is the bearer token. */
  readonly credentialHeaders: Map<string, string>
  followsRedirects: boolean
  timeoutMs: number | undefined
  /** Of the next request alone. */
  query: (readonly [string, string])[]
  body: RequestBody | undefined
  last: Exchange | undefined
}

export const newDraft = (headers: readonly (readonly [string, string])[]): Draft => ({
  headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
  credentialHeaders: new Map(),
  followsRedirects: false,
  timeoutMs: undefined,
  query: [],
  body: undefined,
  last: undefined,
})
