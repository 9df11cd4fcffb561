import type { FlagClient } from '../client/flag-client.ts'
import { type RequestFlags, type RequestFlagsOptions, requestFlags } from './request-flags.ts'

/** As much of an Express request as is needed, so that no version of Express is. */
export type ExpressLike<Key extends string = string> = object & { flags?: RequestFlags<Key> }

/** Express middleware: gives each request its `flags`. */
export function expressFlags<Request extends object, Key extends string>(
  client: FlagClient<Key>,
  options: RequestFlagsOptions<Request> = {},
): (request: Request & ExpressLike<Key>, response: unknown, next: () => void) => void {
  const pin = requestFlags(client, options)
  return (request, _response, next) => {
    request.flags = pin(request)
    next()
  }
}
