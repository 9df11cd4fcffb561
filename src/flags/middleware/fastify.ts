import type { FlagClient } from '../client/flag-client.ts'
import type { Attributes } from '../documents/compiled-flag.ts'
import { type RequestFlags, type RequestFlagsOptions, requestFlags } from './request-flags.ts'

/** As much of a Fastify instance as is needed, so that no version of Fastify is. */
export interface FastifyLike<Request> {
  decorateRequest(name: string, value?: null): unknown
  addHook(name: 'onRequest', hook: (request: Request, reply: unknown, done: () => void) => void): unknown
}

/** A Fastify plugin: gives each request its `flags`. Register it; it is not encapsulated. */
export function fastifyFlags<Request extends object, Key extends string, Values = Readonly<Record<Key, Attributes>>>(
  client: FlagClient<Key, Values>,
  options: RequestFlagsOptions<Request> = {},
): (fastify: FastifyLike<Request>, options: unknown, done: () => void) => void {
  const pin = requestFlags(client, options)
  const plugin = (fastify: FastifyLike<Request>, _options: unknown, done: () => void) => {
    fastify.decorateRequest('flags', null)
    fastify.addHook('onRequest', (request, _reply, next) => {
      ;(request as Request & { flags?: RequestFlags<Key, Values> }).flags = pin(request)
      next()
    })
    done()
  }
  // What fastify-plugin does: the hook is for the whole application and not for this plugin's own routes.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
