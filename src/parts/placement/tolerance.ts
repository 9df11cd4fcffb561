import { invalid, wholeOption } from '../../core/options.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Tolerance } from './stripe.ts'

export const ACTIVITIES: readonly Activity[] = Object.freeze(['restart', 'long-offline', 'destroy'] as const)

/**
 * What holds unless something else is said: nobody else of the stripe may be gone while a host is away, and a host that
 * is destroyed must not hold anything any more.
 */
export const DEFAULT_TOLERANCE: Required<Tolerance> = Object.freeze({ restart: 1, 'long-offline': 1, destroy: 0 })

/** With its defaults; `invalid-option` names the activity that is wrong. */
export function readTolerance(given: Tolerance | undefined): Required<Tolerance> {
  if (given === undefined) return DEFAULT_TOLERANCE
  if (typeof given !== 'object' || given === null) throw invalid('tolerance', 'an object of whole numbers', given)
  const unknown = Object.keys(given).find(name => !ACTIVITIES.includes(name as Activity))
  if (unknown !== undefined) throw invalid('tolerance', `only ${ACTIVITIES.join(', ')}`, unknown)
  const read = (activity: Activity) =>
    wholeOption(`tolerance.${activity}`, given[activity] ?? DEFAULT_TOLERANCE[activity], 0)
  return { restart: read('restart'), 'long-offline': read('long-offline'), destroy: read('destroy') }
}
