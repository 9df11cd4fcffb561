import type { IncomingMessage } from 'node:http'

/** What frameworks leave on a request about its route, once it has been routed. */
interface Routed {
  readonly baseUrl?: unknown
  readonly route?: { readonly path?: unknown }
}

const ID = /^(?:\d+|[0-9a-fA-F]{8,}|[0-9a-fA-F-]{32,}|[0-9A-HJKMNP-TV-Z]{26}|[A-Za-z0-9_-]{22,})$/
const LONGEST = 200
const MOST_PARTS = 12

/** The endpoint of a request, for counting: its method and its route, without anything that names one of many. */
export function endpointOf(request: IncomingMessage, given: (request: IncomingMessage) => string | undefined): string {
  const name = given(request) ?? routeOf(request as IncomingMessage & Routed) ?? templateOf(pathOf(request))
  return `${request.method} ${name}`.slice(0, LONGEST)
}

/** The path as the customer sent it, without its query. Express rewrites `url` in a mounted router. */
export function pathOf(request: IncomingMessage): string {
  const url = urlOf(request)
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

export function urlOf(request: IncomingMessage): string {
  const { originalUrl } = request as { originalUrl?: unknown }
  return typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
}

function routeOf({ route, baseUrl }: Routed): string | undefined {
  const path = route?.path
  if (typeof path !== 'string') return undefined
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${path}`
}

/** Most parts are short words, which the first question settles. */
const looksLikeId = (part: string): boolean => (part.length >= 8 || (part >= '0' && part < ':')) && ID.test(part)

/** A path whose parts that look like ids are `:id`, and that is not told to its end when it is long. */
export function templateOf(path: string): string {
  const parts = path.split('/')
  const named = parts.slice(0, MOST_PARTS).map(part => (looksLikeId(part) ? ':id' : part))
  return parts.length > MOST_PARTS ? `${named.join('/')}/…` : named.join('/')
}
