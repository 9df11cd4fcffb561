import { AndonError, isAndonError } from '../../core/errors.ts'
import { literalOption, messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { ReleaseAnswer, ReservationCall } from '../coordinator/coordinator.ts'
import { type Asker, inPath } from './asker.ts'
import { readObject, readReleaseAnswer, readReservation } from './read-answers.ts'
import type { ReservationClient } from './reservation-client.ts'

export type ClientMoves = Pick<ReservationClient, 'renew' | 'advance' | 'release' | 'cancel' | 'check'>

/** What is done with a reservation by its id and token. */
export function clientMoves({ post }: Asker, casualties: ReservationClient['casualties']): ClientMoves {
  const path = (id: string, move: string) => `/v1/reservations/${inPath(textOption('id', id))}/${move}`

  /** How a reservation ended whose end was asked for before, when all that is known is that it is over. */
  const howItEnded =
    (id: string, otherwise: 'completed' | 'cancelled', call: ReservationCall) =>
    async (error: AndonError): Promise<ReleaseAnswer> => {
      if (!isAndonError(error, 'reservation-lost')) throw error
      try {
        const lost = await casualties(call)
        return { state: lost.some(({ reservation }) => reservation === id) ? 'casualty' : otherwise }
      } catch (cause) {
        call.signal?.throwIfAborted()
        const why = `${id} is over; whether as ${otherwise} is not known: ${messageOf(cause)}`
        throw new AndonError('reservation-uncertain', why, { cause: error })
      }
    }
  return {
    renew: async ({ id, token }, ttlMs, call) =>
      post(path(id, 'renew'), { token, ...(ttlMs !== undefined && { ttlMs }) }, reservationIn(id), call),
    advance: async ({ id, token }, to, call) => post(path(id, 'advance'), { token, to }, reservationIn(id), call),
    release: async ({ id, token }, { outcome, reason }, call = {}) => {
      const body = { token, outcome, ...(reason !== undefined && { reason }) }
      const afterDoubt = howItEnded(id, 'completed', call)
      return post(path(id, 'release'), body, readReleaseAnswer, call, { afterDoubt })
    },
    cancel: async (key, reason, call = {}) => {
      const body = { reason, ...('token' in key && { token: key.token }) }
      const afterDoubt = howItEnded(key.id, 'cancelled', call)
      return post(path(key.id, 'cancel'), body, readReleaseAnswer, call, { afterDoubt })
    },
    check: async ({ host, token }, call) => {
      const read = (body: unknown) => {
        const answer = readObject('answer', body)
        const reservation = readReservation('reservation', answer.reservation)
        literalOption('reservation.host', reservation.host, [host])
        wholeOption('reservation.token', reservation.token, token, token)
        return { leftMs: numberOption('leftMs', answer.leftMs, 0), reservation }
      }
      return post('/v1/check', { host, token }, read, call, { acts: false })
    },
  }
}

/** Reads a reservation that has to be this one. */
export const reservationIn = (id: string) => (body: unknown) => {
  const reservation = readReservation('reservation', body)
  literalOption('reservation.id', reservation.id, [id])
  return reservation
}
