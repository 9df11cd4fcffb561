import type { ReserveAnswer } from '../../../src/reservation/coordinator/coordinator.ts'
import type { Reservation } from '../../../src/reservation/model/reservation.ts'

/** The reservation of an answer; throws the answer when it was denied. */
export function granted(answer: ReserveAnswer): Reservation {
  if (!answer.granted) throw new Error(`denied: ${JSON.stringify(answer)}`)
  return answer.reservation
}
