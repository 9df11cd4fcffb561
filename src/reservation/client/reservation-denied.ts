import { AndonError, isAndonError } from '../../core/errors.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Denial } from './reservation-client.ts'

/** What `reserve` throws when the answer is no; `answer` has the check, its reasons and what would have to change. */
export type ReservationDenied = AndonError<'reservation-denied'> & { readonly answer: Denial }

/** Whether an error is a denial, with its answer. */
export const isReservationDenied = (error: unknown): error is ReservationDenied =>
  isAndonError(error, 'reservation-denied') && 'answer' in error

export function reservationDenied(host: PlaceId, answer: Denial): ReservationDenied {
  const why = answer.reasons.map(({ message }) => message).join('; ')
  const change = answer.change === undefined ? '' : `; it would take: ${answer.change}`
  const message = `${host} is not granted (${answer.step}): ${why}${change}`
  return Object.assign(new AndonError('reservation-denied', message), { answer })
}
