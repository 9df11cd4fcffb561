import type { FlagClient } from '../client/flag-client.ts'
import type { Attributes } from '../documents/compiled-flag.ts'
import { type RequestFlags, type RequestFlagsOptions, requestFlags } from './request-flags.ts'

/** As much of an Express request as is needed, so that no version of Express is. */
export type ExpressLike<Key extends string = string, Values = Readonly<Record<Key, Attributes>>> = object & {
  flags?: RequestFlags<Key, Values>
}

/** Express middleware: gives each request its `flags`. */
export function expressFlags<Request extends object, Key extends string, Values = Readonly<Record<Key, Attributes>>>(
  client: FlagClient<Key, Values>,
  options: RequestFlagsOptions<Request> = {},
): (request: Request & ExpressLike<Key, Values>, response: unknown, next: () => void) => void {
  const pin = requestFlags(client, options)
  return (request, _response, next) => {
    request.flags = pin(request)
    next()
  }
}
