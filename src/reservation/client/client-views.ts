import { isAndonError } from '../../core/errors.ts'
import { literalOption, textOption, wholeOption } from '../../core/options.ts'
import type { CellStatus, Explanation, Waiting } from '../coordinator/coordinator.ts'
import type { Casualty } from '../model/reservation.ts'
import { type Asker, inPath } from './asker.ts'
import { reservationIn } from './client-moves.ts'
import { readBoolean, readReservation, readWithLists } from './read-answers.ts'
import type { ReservationClient } from './reservation-client.ts'

export type ClientViews = Pick<
  ReservationClient,
  'explain' | 'get' | 'list' | 'casualties' | 'waiting' | 'status' | 'audit'
>

type Audit = Awaited<ReturnType<ReservationClient['audit']>>

/** What is asked without any effect. */
export function clientViews({ get, post }: Asker): ClientViews {
  return {
    explain: async ({ host, activity, priority, ttlMs }, call) => {
      const body = { host, activity, ...(priority && { priority }), ...(ttlMs !== undefined && { ttlMs }) }
      const read = (answer: unknown) => {
        const explanation = readWithLists<Explanation>(answer, 'steps')
        literalOption('host', explanation.host, [host])
        literalOption('activity', explanation.activity, [activity])
        readBoolean('grantable', explanation.grantable)
        return explanation
      }
      return post('/v1/explain', body, read, call, { acts: false })
    },
    async get(id, call) {
      try {
        return await get(`/v1/reservations/${inPath(textOption('id', id))}`, reservationIn(id), call)
      } catch (error) {
        if (isAndonError(error, 'reservation-unknown')) return undefined
        throw error
      }
    },
    async list({ host, holder, key, signal } = {}) {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({ host, holder, key })) if (value !== undefined) query.set(name, value)
      const read = (body: unknown) =>
        readWithLists<{ reservations: readonly unknown[] }>(body, 'reservations').reservations.map((r, i) =>
          readReservation(`reservations[${i}]`, r),
        )
      return get(`/v1/reservations${query.size > 0 ? `?${query}` : ''}`, read, signal && { signal })
    },
    casualties: async call => {
      const read = (body: unknown) => readWithLists<{ casualties: readonly Casualty[] }>(body, 'casualties').casualties
      return get('/v1/casualties', read, call)
    },
    waiting: async call => {
      const read = (body: unknown) => readWithLists<{ waiting: readonly Waiting[] }>(body, 'waiting').waiting
      return get('/v1/waiting', read, call)
    },
    status: async call =>
      get(
        '/v1/status',
        body => readWithLists<CellStatus>(body, 'zones', 'reservations', 'casualties', 'waiting', 'proposals'),
        call,
      ),
    async audit({ after = 0, limit = 100, signal } = {}) {
      const query = `after=${wholeOption('after', after, 0)}&limit=${wholeOption('limit', limit, 1)}`
      const read = (body: unknown) => readWithLists<{ entries: Audit }>(body, 'entries').entries
      return get(`/v1/audit?${query}`, read, signal && { signal })
    },
  }
}
