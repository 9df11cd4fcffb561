import { AndonError } from '../../../core/errors.ts'
import { describe } from '../../../core/options.ts'
import type { ScenarioTarget } from '../../support/step-types.ts'

/**
 * The address of a path at the target, whose endpoint may have a path of its own; an address as a whole stays what it is.
 * Throws `no-endpoint` and `bad-path`.
 */
export function urlOf(
  { name, endpoint }: ScenarioTarget,
  path: string,
  query: readonly (readonly [string, string])[],
): URL {
  if (endpoint === undefined || !URL.canParse(endpoint))
    throw new AndonError('no-endpoint', `target ${name}: expected an endpoint that is a URL, got ${describe(endpoint)}`)
  const text = /^[a-z][a-z0-9+.-]*:/i.test(path) ? path : `${endpoint.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  if (!URL.canParse(text)) throw new AndonError('bad-path', `path ${describe(path)}: no address comes of it`)
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol))
    throw new AndonError('bad-path', `path ${describe(path)}: expected http or https`)
  for (const [key, value] of query) url.searchParams.append(key, value)
  return url
}
