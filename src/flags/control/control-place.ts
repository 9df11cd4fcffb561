import { AndonError } from '../../core/errors.ts'
import { describe } from '../../core/options.ts'
import { type ControlApi, type ControlApiOptions, loadControlApi, type Named } from './control-api.ts'

/** Where to write, by ids. */
export interface Ids {
  readonly application: string
  readonly environment: string
  readonly profile: string
  readonly strategy: string
}

/**
 * The control plane, and the ids of what `names` names (names or ids). Looked up at the first call and then kept; a
 * look-up that failed is tried again by the next call.
 */
export function controlPlace(
  options: ControlApiOptions,
  names: Ids,
): (signal: AbortSignal | undefined) => Promise<{ api: ControlApi; ids: Ids }> {
  let resolving: Promise<{ api: ControlApi; ids: Ids }> | undefined
  const resolve = async () => {
    const api = await loadControlApi(options)
    const application = idOf('application', names.application, await api.applications())
    const [environment, profile, strategy] = await Promise.all([
      api.environments(application).then(all => idOf('environment', names.environment, all)),
      api.profiles(application).then(all => idOf('profile', names.profile, all)),
      api.strategies().then(all => idOf('strategy', names.strategy, all)),
    ])
    return { api, ids: { application, environment, profile, strategy } }
  }
  return async signal => {
    signal?.throwIfAborted()
    resolving ??= resolve().catch((error: unknown) => {
      resolving = undefined
      throw error
    })
    // Whoever leaves does not take the look-up from the others.
    if (signal === undefined) return resolving
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([resolving, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}

function idOf(what: string, given: string, all: readonly Named[]): string {
  const found = all.find(one => one.Id === given) ?? all.find(one => one.Name === given)
  if (found?.Id !== undefined) return found.Id
  const names = all.map(one => one.Name ?? one.Id)
  const there = names.length === 0 ? 'there are none' : `there are ${names.slice(0, 10).join(', ')}`
  throw new AndonError('not-found', `no ${what} has the name or id ${describe(given)}: ${there}`)
}
