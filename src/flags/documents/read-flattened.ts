import { AndonError } from '../../core/errors.ts'
import { invalid } from '../../core/options.ts'
import { readAttributes } from './attributes.ts'
import type { CompiledFlag } from './compiled-flag.ts'
import { invalidAt, located } from './located.ts'

/** A flag that can be read by itself, so that a bad one spoils no other. */
export interface FlagEntry {
  readonly key: string
  /** Throws what is wrong with it. */
  read(): CompiledFlag
}

/** The form in which a feature-flag profile is retrieved: `{ flag: { enabled, attribute: value, … } }`. */
export function readFlattened(document: Record<string, unknown>): FlagEntry[] {
  return Object.entries(document).map(([key, value]) => ({
    key,
    read: () => located([key], () => flattenedFlag(key, value)),
  }))
}

const RESERVED = (name: string): boolean => name === 'enabled' || name.startsWith('_')

function flattenedFlag(key: string, given: unknown): CompiledFlag {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(`flag ${key}`, 'an object', given)
  const flag = given as Record<string, unknown>
  // Retrieved through the SDK, a flag with variants has lost them; the Agent has chosen one, for whatever context it was
  // asked with. What is left must not be taken for a plain flag.
  if (flag.enabled === undefined || flag._variants !== undefined || flag._variant !== undefined) {
    throw new AndonError(
      'variants-lost',
      `flag ${key}: has variants, which are not retrieved from a feature-flag profile: the SDK's calls leave them out, and the Agent chooses one itself; deploy the authoring document as a freeform JSON profile`,
    )
  }
  if (typeof flag.enabled !== 'boolean')
    throw invalidAt(['enabled'], `flag ${key}: enabled`, 'true or false', flag.enabled)
  return {
    key,
    enabled: flag.enabled,
    attributes: readAttributes(flag, RESERVED),
    variants: [],
    defaultVariant: undefined,
    deprecated: flag._deprecation !== undefined,
  }
}
