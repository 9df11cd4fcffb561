/** What a principal may do. A role does not contain the others: who needs two gets both. */
export type Role = 'read' | 'automation' | 'operator' | 'break-glass'

/** Who asks, once that is certain. */
export interface Principal {
  readonly id: string
  readonly roles: readonly Role[]
}

/** A request as whoever has to tell who sent it sees it. */
export interface AuthRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  /** SHA-256 of the client's certificate, in lower-case hex, when the connection has one that was verified. */
  readonly certificate?: string
}

/**
 * Tells who sent a request; undefined when it cannot. One that throws tells nothing. A plain function will do: what
 * stands beside it here is for servers that want to know more.
 */
export interface Authenticate {
  (request: AuthRequest): Promise<Principal | undefined>
  /** Which credentials it reads. Two that read the same say the same. */
  readonly scheme?: string
  /** For `WWW-Authenticate`; none when there is nothing that a client could put into a header. */
  readonly challenge?: string
  /**
   * Whether the request has credentials of this kind, good or bad; needs no body. Default: whether it has an
   * `authorization` header.
   */
  readonly carries?: (request: Omit<AuthRequest, 'body'>) => boolean
  /** Whether it looks at the body's bytes. Default false; then a request may be shown to it with an empty body. */
  readonly readsBody?: boolean
}
