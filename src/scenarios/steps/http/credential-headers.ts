import { AndonError } from '../../../core/errors.ts'
import { describe } from '../../../core/options.ts'
import type { ScenarioTarget } from '../../support/step-types.ts'

/**
 * Asks the target for its credentials and makes headers of them; what is secret goes into `secrets`. Rejects with
 * `no-credentials`, which names what is missing and shows nothing of what is there.
 */
export async function credentialHeaders(
  { name, credentials }: ScenarioTarget,
  wanted: ReadonlyMap<string, string>,
  secrets: Set<string>,
): Promise<[string, string][]> {
  if (wanted.size === 0) return []
  if (!credentials) throw new AndonError('no-credentials', `target ${name}: it has no credentials`)
  const given = await credentials()
  return [...wanted].map(([header, field]) => {
    const value = field === '' ? bearerOf(given) : fieldOf(given, field)
    if (typeof value !== 'string' || value === '') {
      const expected = field === '' ? 'be a text, or have a token' : `have a text ${describe(field)}`
      throw new AndonError('no-credentials', `target ${name}: its credentials were expected to ${expected}`)
    }
    secrets.add(value)
    return [header, field === '' ? `Bearer ${value}` : value]
  })
}

const bearerOf = (given: unknown) => (typeof given === 'string' ? given : fieldOf(given, 'token'))
const fieldOf = (given: unknown, field: string) =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[field] : undefined
