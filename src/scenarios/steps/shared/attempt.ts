import type { ScenarioContext } from '../../support/step-types.ts'

/** What the step libraries know of one attempt, whichever of them came to know it. */
export interface Attempt {
  /** `world.remembered`: what `${name}` stands for. */
  readonly values: Record<string, unknown>
  /** Never shown. */
  readonly secrets: Set<string>
  /** A text that no other attempt has, fit for names of buckets, keys and users. */
  readonly unique: string
}

// By world, which is new for each attempt: nothing outlives it.
const attempts = new WeakMap<object, Attempt>()

/** The attempt that a step belongs to. A world that already has `remembered` keeps what is in it. */
export function attemptOf({ world }: Pick<ScenarioContext, 'world'>, newId: () => string = randomId): Attempt {
  const known = attempts.get(world)
  if (known) return known
  const { remembered } = world
  const values = (typeof remembered === 'object' && remembered !== null ? remembered : {}) as Record<string, unknown>
  world.remembered = values
  const made = { values, secrets: new Set<string>(), unique: newId() }
  attempts.set(world, made)
  return made
}

/** The default of `newId`. */
export const randomId = (): string => process.getBuiltinModule('node:crypto').randomUUID()
