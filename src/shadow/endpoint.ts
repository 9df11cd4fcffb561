import type { IncomingMessage } from 'node:http'

/** What frameworks leave on a request about its route, once it has been routed. */
interface Routed {
  readonly baseUrl?: unknown
  readonly route?: { readonly path?: unknown }
}

/** What a part of a path that is part of the program looks like; everything else may name somebody, or be a secret. */
const NAME =
  /^(?:[A-Za-z][A-Za-z_-]{0,30}|v\d{1,3}|[A-Za-z][A-Za-z_-]{0,30}\.(?:html?|json|xml|js|css|txt|ico|svg|png))$/
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
  // Express tells the path of a mounted router as it was asked for.
  return `${typeof baseUrl === 'string' ? templateOf(baseUrl) : ''}${path}`
}

/** Parts that have been looked at; the same few come again and again. */
const names = new Set<string>()
const MOST_NAMES = 1000

function isName(part: string): boolean {
  if (names.has(part)) return true
  if (!NAME.test(part)) return false
  if (names.size < MOST_NAMES) names.add(part)
  return true
}

/** A path whose parts that do not look like names are `:id`, and that is not told to its end when it is long. */
export function templateOf(path: string): string {
  const parts = path.split('/')
  const named = parts.slice(0, MOST_PARTS).map(part => (part === '' || isName(part) ? part : ':id'))
  return parts.length > MOST_PARTS ? `${named.join('/')}/…` : named.join('/')
}
