import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { messageOf, numberOption } from '../../core/options.ts'
import { heartbeat } from '../../parts/leases/index.ts'
import type { ReleaseAnswer, ReservationCall } from '../coordinator/coordinator.ts'
import type { Reservation } from '../model/reservation.ts'
import type { ClientMoves } from './client-moves.ts'
import type { Held, ReleaseRequest } from './reservation-client.ts'

export interface HoldOptions {
  readonly moves: ClientMoves
  readonly reservation: Reservation
  /** When the question was sent that the lease counts from at the earliest, by the clock's `monotonic`. */
  readonly askedAt: number
  readonly clock: Clock
  readonly logger: Logger
  /** Called once, when it is over one way or another. */
  readonly onEnd: () => void
}

/** A reservation that is kept alive, and what its client does to it when that is closed. */
export interface Holding {
  readonly held: Held
  /** Renews no more, and aborts the signal. */
  drop(reason: AndonError): void
}

/** Between two questions whether a host is healthy, in milliseconds. */
const HEALTH_PACE_MS = 1000

/** Keeps a reservation alive. Its timers do not keep the process alive. */
export function holdReservation({ moves, reservation, askedAt, clock, logger, onEnd }: HoldOptions): Holding {
  const { id, host, token } = reservation
  const key = { id, token }
  const lost = new AbortController()
  let latest = reservation
  let over = false
  let releasing: Promise<unknown> = Promise.resolve()
  let wanted: ReleaseRequest | undefined

  const end = () => {
    if (over) return
    over = true
    void beat.stop()
    onEnd()
  }
  const lose = (error: AndonError) => {
    if (over) return
    end()
    lost.abort(error)
  }
  const learn = (now: Reservation) => {
    if (now.expiresAt > latest.expiresAt || now.phase !== latest.phase) latest = now
    return now
  }
  const renewOnce = async (ttlMs: number, call: ReservationCall = {}) => learn(await moves.renew(key, ttlMs, call))
  const beat = heartbeat(
    {
      renew: (_, ttlMs, call) =>
        renewOnce(ttlMs, call).then(
          () => {},
          error => {
            throw isLost(error) ? new AndonError('lease-lost', messageOf(error), { cause: error }) : error
          },
        ),
    },
    key,
    {
      ttlMs: reservation.ttlMs,
      takenAt: askedAt,
      clock,
      onFailure: error =>
        logger.warn('andon: a reservation could not be renewed', { id, host, error: messageOf(error) }),
    },
  )
  beat.signal.addEventListener('abort', () => {
    const { message } = beat.signal.reason as AndonError
    const error = new AndonError('reservation-lost', `${host}: ${message}`, { cause: beat.signal.reason })
    // A release on its way ends the lease too, and that is no loss; its answer comes before long.
    void releasing.finally(() => lose(error))
  })
  /** Whatever the server says of the lease while something else is asked, counts. */
  const heeding = async <T>(work: () => Promise<T>): Promise<T> => {
    lost.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (isLost(error)) lose(new AndonError('reservation-lost', messageOf(error), { cause: error }))
      throw error
    }
  }
  const ending = async (work: () => Promise<ReleaseAnswer>): Promise<ReleaseAnswer> => {
    const asked = heeding(work)
    releasing = asked.catch(() => {})
    const answer = await asked
    if (answer.state === 'restoring') learn(answer.reservation)
    else end()
    return answer
  }
  const release = async (request: ReleaseRequest, call: ReservationCall = {}): Promise<ReleaseAnswer> => {
    const until = clock.monotonic() + numberOption('waitMs', request.waitMs ?? 0, 0)
    for (;;) {
      const answer = await ending(() => moves.release(key, request, call))
      wanted = request
      const leftMs = until - clock.monotonic()
      if (answer.state !== 'restoring' || leftMs <= 0) return answer
      await sleep(clock, Math.min(HEALTH_PACE_MS, leftMs), call.signal)
    }
  }
  const cancel = (reason: string, call: ReservationCall = {}) => ending(() => moves.cancel(key, reason, call))

  const held: Held = {
    id,
    host,
    token,
    signal: lost.signal,
    get expiresAt() {
      return latest.expiresAt
    },
    get reservation() {
      return latest
    },
    advance: (to, call) => heeding(async () => learn(await moves.advance(key, to, call))),
    renew: call => heeding(() => renewOnce(reservation.ttlMs, call)),
    release,
    cancel,
    async [Symbol.asyncDispose]() {
      if (over) return
      try {
        await (wanted ? release(wanted) : cancel('left without a release'))
      } catch (error) {
        logger.warn('andon: a reservation could not be given back', { id, host, error: messageOf(error) })
      } finally {
        end()
      }
    },
  }
  return { held, drop: lose }
}

const isLost = (error: unknown) =>
  isAndonError(error, 'reservation-lost') ||
  isAndonError(error, 'reservation-unknown') ||
  isAndonError(error, 'forbidden')
