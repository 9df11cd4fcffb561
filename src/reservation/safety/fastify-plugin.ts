import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { authHead } from '../../parts/server/index.ts'
import { goneSignal } from './gone-signal.ts'
import type { Responder } from './responder.ts'

/** As much of a Fastify request as is needed, so that no version of Fastify is. */
export interface FastifyRequestLike {
  readonly raw: unknown
  readonly originalUrl?: string
  readonly headers: IncomingHttpHeaders
  readonly body?: unknown
}

/** As much of a Fastify reply as is needed. */
export interface FastifyReplyLike {
  readonly raw: unknown
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body: string): unknown
}

/** As much of a Fastify instance as is needed. */
export interface FastifyLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void,
  ): void
  route(options: {
    method: 'POST'
    url: string
    bodyLimit: number
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>
  }): unknown
}

/** A plugin of its own scope, so that its parser, which keeps the bytes, is for its own route only. */
export function fastifyPlugin(responder: Responder) {
  const { path: url, bodyLimit } = responder
  return (fastify: FastifyLike, _options: unknown, done: () => void): void => {
    fastify.removeAllContentTypeParsers()
    fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, parsed) => parsed(null, body))
    fastify.route({
      method: 'POST',
      url,
      bodyLimit,
      async handler(request, reply) {
        const raw = request.raw as IncomingMessage
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
        const sent = await responder.respond({
          head: authHead(raw, request.originalUrl ?? raw.url),
          headers: request.headers,
          body: () => ({ bytes: body }),
          signal: goneSignal(reply.raw as ServerResponse),
        })
        reply.code(sent.status)
        reply.headers({ ...sent.headers })
        return reply.send(sent.body)
      },
    })
    done()
  }
}
