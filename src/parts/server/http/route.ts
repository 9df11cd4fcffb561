import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Principal, Role } from '../principal.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler is told. */
export interface RouteContext<Body = unknown> {
  /** New for every request; the answer has it in `x-request-id`. */
  readonly requestId: string
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  /** What stood in the path for each `{name}`, decoded: a slash may be in it. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** What the route's `body` made of it. */
  readonly body: Body
  /** Undefined only on a route for `anonymous`, when the request says nothing of who sends it. */
  readonly principal: Principal | undefined
  /** Aborted when the client is gone before it was answered, or when the server that is closing waits no longer. */
  readonly signal: AbortSignal
  /** Aborted as soon as the server begins to close: for what waits for long, and can end early. */
  readonly closing: AbortSignal
}

/** What a handler answers: at most one of `json`, `text` and `stream`. */
export interface RouteAnswer {
  /** Default 200, or 204 without anything to send. */
  readonly status?: number
  readonly json?: unknown
  /** Sent as `text/plain` in UTF-8, unless `headers` say otherwise. */
  readonly text?: string
  /** Gets the response with its headers sent, and ends it. Not called for HEAD. */
  readonly stream?: (response: ServerResponse) => void | Promise<void>
  /** By their names in lower case. Those that the server sends for safety can be replaced, but for `nosniff`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One path and method, who may, and what then happens. */
export interface Route<Body = unknown> {
  readonly method: Method
  /** `/v1/things/{id}`: a name in braces stands for one part of the path. HEAD is answered by GET's route. */
  readonly path: string
  /** Who may: one role, any of several, or everybody. */
  readonly role: Role | readonly Role[] | 'anonymous'
  /**
   * Reads the body, which has been parsed as JSON (undefined when there is none), and throws `invalid-option` that
   * names the field. Without it the route takes no body.
   */
  readonly body?: (value: unknown) => Body
  /** What a page may load. Default: nothing at all. That nobody may frame it is added. */
  readonly csp?: string
  handler(context: RouteContext<Body>): RouteAnswer | Promise<RouteAnswer>
}

/** A route as it is, with the type of its body taken from the function that reads it. */
export const route = <Body>(given: Route<Body>): Route => given as Route
