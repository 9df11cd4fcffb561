import { invalid, literalOption, portOption, textOption } from '../../../core/options.ts'
import { ROLES } from '../read-principal.ts'
import { Refusal } from './refusal.ts'
import type { Method, Route } from './route.ts'

/** A route that is found, and what its path's names stand for. */
export interface Found {
  readonly route: Route
  /** The whole `content-security-policy`. */
  readonly csp: string
  readonly params: Readonly<Record<string, string>>
}

/** One part of a path: what may come after it, and what is there when the path ends. */
interface Node {
  readonly literal: Map<string, Node>
  any: Node | undefined
  readonly routes: Map<string, { readonly route: Route; readonly csp: string; readonly names: readonly string[] }>
}

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const NAME = /^\{([A-Za-z]\w*)\}$/
const LITERAL = /^[\w.~-]*$/
const NO_PARAMS = Object.freeze({})

/**
 * Finds routes by method and path. A part that is written out goes before one that stands for anything. Throws
 * `invalid-option` for a route that is not well formed, or is there twice.
 */
export function routeTable(routes: readonly Route[]): (method: string, path: string) => Found {
  if (!Array.isArray(routes)) throw invalid('routes', 'a list', routes)
  const root = newNode()
  for (const route of routes) add(root, route)
  return (method, path) => {
    const parts = path.split('/')
    const node = descend(root, parts, 1)
    if (!node) throw new Refusal(404, 'not-found', 'there is nothing at this path')
    const found = node.routes.get(method) ?? (method === 'HEAD' ? node.routes.get('GET') : undefined)
    if (!found) {
      const allow = [...node.routes.keys()].flatMap(m => (m === 'GET' ? ['GET', 'HEAD'] : [m])).join(', ')
      throw new Refusal(405, 'method-not-allowed', `this path takes ${allow}`, { headers: { allow } })
    }
    return { route: found.route, csp: found.csp, params: paramsOf(found.names, parts) }
  }
}

const newNode = (): Node => ({ literal: new Map(), any: undefined, routes: new Map() })

function add(root: Node, route: Route): void {
  const path = textOption('route path', route?.path)
  const method = literalOption(`route ${path} method`, route.method, METHODS)
  portOption(`route ${path}`, route, ['handler'])
  const roles = Array.isArray(route.role) ? (route.role as readonly unknown[]) : [route.role]
  if (roles.length === 0) throw invalid(`route ${path} role`, 'one at least', roles)
  for (const role of roles) {
    if (role !== 'anonymous' || Array.isArray(route.role))
      literalOption(`route ${path} role`, role as never, ROLES.concat())
  }
  const [first, ...parts] = path.split('/')
  if (first !== '') throw invalid('route path', 'one that begins with a slash', path)
  // By its place among the parts, or nothing.
  const names: string[] = []
  let node = root
  for (const [i, part] of parts.entries()) {
    const name = NAME.exec(part)?.[1]
    if (name === undefined && !LITERAL.test(part))
      throw invalid('route path', 'parts of letters, digits and -._~, or {name}', path)
    if (name === undefined) {
      let next = node.literal.get(part)
      if (!next) node.literal.set(part, (next = newNode()))
      node = next
    } else {
      if (names.includes(name)) throw invalid('route path', 'each name once', path)
      names[i + 1] = name
      node = node.any ??= newNode()
    }
  }
  if (node.routes.has(method)) throw invalid('routes', 'each path and method once', `${method} ${path}`)
  node.routes.set(method, { route, csp: policy(route.csp), names })
}

/** What a page may do, and nobody may frame it, whatever else it says. */
export function policy(csp = "default-src 'none'"): string {
  const kept = csp.split(';').map(part => part.trim())
  return [...kept.filter(part => part !== '' && !/^frame-ancestors\b/i.test(part)), "frame-ancestors 'none'"].join('; ')
}

/** The node that the parts from the `at`th on lead to, if routes end there. */
function descend(node: Node, parts: readonly string[], at: number): Node | undefined {
  if (at === parts.length) return node.routes.size > 0 ? node : undefined
  const part = parts[at]!
  const literal = node.literal.get(part)
  const found = literal && descend(literal, parts, at + 1)
  return found ?? (node.any && part !== '' ? descend(node.any, parts, at + 1) : undefined)
}

function paramsOf(names: readonly (string | undefined)[], parts: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 0) return NO_PARAMS
  const params: Record<string, string> = {}
  for (const [i, name] of names.entries()) {
    if (name === undefined) continue
    try {
      params[name] = decodeURIComponent(parts[i]!)
    } catch {
      throw new Refusal(400, 'malformed-path', `the path's ${name} is not well encoded`, { field: name })
    }
  }
  return params
}
