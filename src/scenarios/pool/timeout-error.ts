import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { ResourceRecord } from '../../parts/leases/index.ts'

/** How many resources a message names. */
const SHOWN = 20

/** Nothing became free in time: what was wanted, for how long, and who has what. */
export function timeoutError(
  wanted: { readonly kind: string; readonly lane: string; readonly waitMs: number },
  records: readonly ResourceRecord[],
): AndonError<'pool-timeout'> {
  const listed = records.slice(0, SHOWN).map(situation)
  if (records.length > SHOWN) listed.push(`and ${records.length - SHOWN} more`)
  return new AndonError('pool-timeout', `${nothing(wanted)}: ${listed.join('; ') || 'there is none'}`)
}

/** The store could not be asked when the time was over. */
export function unreachableError(
  wanted: { readonly kind: string; readonly lane: string; readonly waitMs: number },
  cause: unknown,
): AndonError<'pool-unreachable'> {
  const message = `${nothing(wanted)}: the store cannot be reached: ${messageOf(cause)}`
  return new AndonError('pool-unreachable', message, { cause })
}

const nothing = ({ kind, lane, waitMs }: { kind: string; lane: string; waitMs: number }) =>
  `no ${kind} for lane ${lane} within ${waitMs} ms`

function situation({ id, state, holder, lentTo, ageMs, reason }: ResourceRecord): string {
  const by = holder ? ` by ${holder}` : lentTo && state !== 'free' ? `, last leased by ${lentTo}` : ''
  return `${id} is ${state}${by}, for ${Math.round(ageMs)} ms${reason ? ` (${reason})` : ''}`
}
