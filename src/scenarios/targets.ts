import { AndonError } from '../core/errors.ts'
import { invalid, portOption, textOption } from '../core/options.ts'
import { parsePlace } from '../core/place.ts'
import type { SuitePool } from './run/pool-lease.ts'
import type { ScenarioTarget } from './support/step-types.ts'

/** An environment, as it is declared: what steps know of it, and where its scenarios take resources from. */
export interface TargetDefinition extends Omit<ScenarioTarget, 'name'> {
  /** For `loadScenarios`, and not for steps: they take resources through their context. */
  readonly pool?: SuitePool
}

/** An environment by its name. */
export interface Target extends ScenarioTarget {
  readonly pool?: SuitePool
}

/** Environments that scenarios can be run in. */
export interface Targets {
  /** In the order in which they were declared. */
  readonly names: readonly string[]
  /** Throws `unknown-target`, with the names there are. */
  get(name: string): Target
}

const FIELDS: Readonly<Record<keyof TargetDefinition, true>> = {
  endpoint: true,
  region: true,
  place: true,
  credentials: true,
  tags: true,
  settings: true,
  pool: true,
}

/**
 * Declares environments once, for terminals, tests, gates and canaries alike. They are copied and frozen; `settings` as
 * deep as plain objects and arrays go. Throws `invalid-option` and `invalid-place`, naming the target and its field.
 */
export function defineTargets(definitions: Readonly<Record<string, TargetDefinition>>): Targets {
  if (typeof definitions !== 'object' || definitions === null)
    throw invalid('defineTargets', 'an object of targets', definitions)
  const targets = new Map(Object.entries(definitions).map(([name, given]) => [name, target(name, given)]))
  const names = Object.freeze([...targets.keys()])
  if (names.length === 0) throw invalid('defineTargets', 'one target at least', definitions)
  return Object.freeze({
    names,
    get(name: string) {
      const found = targets.get(name)
      if (!found)
        throw new AndonError('unknown-target', `target: expected ${names.join(' or ')}, got ${JSON.stringify(name)}`)
      return found
    },
  })
}

function target(name: string, given: TargetDefinition): Target {
  textOption('target name', name)
  const field = (key: string) => `target ${name}: ${key}`
  if (typeof given !== 'object' || given === null) throw invalid(`target ${name}`, 'an object', given)
  for (const key of Object.keys(given))
    if (!Object.hasOwn(FIELDS, key)) throw invalid(field(key), `one of ${Object.keys(FIELDS).join(', ')}`, key)
  const { endpoint, region, place, credentials, tags, settings, pool } = given
  if (endpoint !== undefined && !(typeof endpoint === 'string' && URL.canParse(endpoint)))
    throw invalid(field('endpoint'), 'an absolute URL', endpoint)
  if (region !== undefined) textOption(field('region'), region)
  if (place !== undefined) parsedPlace(field('place'), place)
  if (credentials !== undefined && typeof credentials !== 'function')
    // What it is instead might be a secret.
    throw invalid(field('credentials'), 'a function that answers them', typeof credentials)
  if (tags !== undefined && !(Array.isArray(tags) && tags.every(tag => typeof tag === 'string' && tag !== '')))
    throw invalid(field('tags'), 'a list of texts', tags)
  if (settings !== undefined && (typeof settings !== 'object' || settings === null || Array.isArray(settings)))
    throw invalid(field('settings'), 'an object', typeof settings)
  if (pool !== undefined) portOption(field('pool'), pool, ['take'])
  return Object.freeze({
    name,
    ...given,
    ...(tags === undefined ? {} : { tags: Object.freeze([...tags]) }),
    ...(settings === undefined ? {} : { settings: frozen(settings) }),
  })
}

function parsedPlace(field: string, place: string): void {
  try {
    parsePlace(place)
  } catch (cause) {
    throw new AndonError('invalid-place', `${field}: ${(cause as Error).message}`, { cause })
  }
}

/** A frozen copy. What has a class of its own stays as it is: it may have to change. */
function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as T
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, frozen(inner)]))) as T
}
