import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '../principal.ts'
import type { RouteContext } from './route.ts'

/** What is known before the handler is asked. */
export type ContextParts = Omit<RouteContext, 'signal' | 'query'>

/** What a handler is told. What most handlers never ask for is made when it is asked for. */
export class RequestContext implements RouteContext {
  readonly requestId: string
  readonly method: string
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly principal: Principal | undefined
  readonly closing: AbortSignal
  #query: URLSearchParams | undefined
  #controller: AbortController | undefined
  #gone: { readonly reason: unknown } | undefined

  constructor(parts: ContextParts) {
    this.requestId = parts.requestId
    this.method = parts.method
    this.url = parts.url
    this.params = parts.params
    this.headers = parts.headers
    this.body = parts.body
    this.principal = parts.principal
    this.closing = parts.closing
  }

  get query(): URLSearchParams {
    if (this.#query) return this.#query
    const mark = this.url.indexOf('?')
    return (this.#query = new URLSearchParams(mark < 0 ? '' : this.url.slice(mark + 1)))
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#gone) this.#controller.abort(this.#gone.reason)
    }
    return this.#controller.signal
  }

  /** Nobody waits for the answer any more. */
  abort(reason: unknown): void {
    if (this.#gone) return
    this.#gone = { reason }
    this.#controller?.abort(reason)
  }
}
