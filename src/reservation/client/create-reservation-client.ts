import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { messageOf, numberOption } from '../../core/options.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { ReservationCall, ReservationKey } from '../coordinator/coordinator.ts'
import type { Reservation } from '../model/reservation.ts'
import { createAsker } from './asker.ts'
import { callServer } from './call-server.ts'
import { clientControls } from './client-controls.ts'
import { clientMoves } from './client-moves.ts'
import { clientViews } from './client-views.ts'
import { type Holding, holdReservation } from './hold-reservation.ts'
import type { ClientReserveRequest, Held, ReservationClient, TryReserveAnswer } from './reservation-client.ts'
import { reservationDenied } from './reservation-denied.ts'
import { reserveByKey } from './reserve.ts'
import { httpTransport, type TransportOptions } from './transport.ts'

export interface ReservationClientOptions extends TransportOptions {
  /** How long a call may take in all, repetitions included, in milliseconds; standing in line comes on top. Default 5,000. */
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
}

/** When what a request left behind is looked for after it was given up, in milliseconds: it may still be under way. */
const LOOKS_MS = [0, 250, 1000]

/** A client of a reservation server. Connects when first asked. Throws `invalid-option`. */
export function createReservationClient(options: ReservationClientOptions): ReservationClient {
  const { clock = realClock, random = systemRandom } = options
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const logger = safeLogger(options.logger)
  const transport = httpTransport(options)
  const server = callServer({ transport, timeoutMs, clock, random })
  const ended = new AbortController()
  const holdings = new Set<Holding>()
  const chores = new Set<Promise<void>>()
  let closing: Promise<void> | undefined

  const signalFor = (signal: AbortSignal | undefined) => {
    if (ended.signal.aborted || (closing && signal !== ended.signal)) throw closed()
    signal?.throwIfAborted()
    return signal ? AbortSignal.any([signal, ended.signal]) : ended.signal
  }
  const asker = createAsker(server, signalFor)
  const views = clientViews(asker)
  const moves = clientMoves(asker, views.casualties)

  const keep = (reservation: Reservation, askedAt: number): Held => {
    const onEnd = () => holdings.delete(holding)
    const holding = holdReservation({ moves, reservation, askedAt, clock, logger, onEnd })
    holdings.add(holding)
    return holding.held
  }
  const hold = async ({ id, token }: ReservationKey, call: ReservationCall = {}): Promise<Held> => {
    if (closing) throw closed()
    const askedAt = clock.monotonic()
    return keep(await moves.renew({ id, token }, undefined, call), askedAt)
  }
  /** Gives back what a request got that nobody waits for any more. Never rejects. */
  const letGo = async (key: string) => {
    const call = { signal: ended.signal }
    for (const ms of LOOKS_MS) {
      try {
        await sleep(clock, ms, ended.signal)
        const [found] = await views.list({ key, ...call })
        if (!found) continue
        await moves.cancel(found, 'nobody waits for it any more', call)
        return
      } catch (error) {
        if (ended.signal.aborted) return
        const detail = { key, error: messageOf(error) }
        logger.warn('andon: what a request may have been granted could not be given back', detail)
      }
    }
  }
  const tryReserve = async (request: ClientReserveRequest, call: ReservationCall = {}): Promise<TryReserveAnswer> => {
    if (closing) throw closed()
    const signal = signalFor(call.signal)
    const key = request.key ?? randomUUID()
    let sent = false
    const terms = { server, timeoutMs, clock, random, signal, onSend: () => (sent = true) }
    try {
      const { answer, askedAt } = await reserveByKey({ ...request, key }, terms)
      if (!answer.granted) return answer
      const { reservation } = answer
      // What was granted a while ago, or to an earlier try, may not last as long as it says: only a renewal tells.
      const late = clock.monotonic() - askedAt > reservation.ttlMs / 10
      const held = late ? await hold(reservation, { signal }) : keep(reservation, askedAt)
      return { granted: true, held }
    } catch (error) {
      const doubtful =
        signal.aborted || ['reservation-uncertain', 'reservation-unreachable'].some(code => isAndonError(error, code))
      // A key of the caller's own is the caller's to ask again with, and another holder may have one by the same name.
      if (sent && doubtful && request.key === undefined) {
        const chore = letGo(key).finally(() => chores.delete(chore))
        chores.add(chore)
      }
      throw error
    }
  }
  const reserve = async (request: ClientReserveRequest, call?: ReservationCall): Promise<Held> => {
    const answer = await tryReserve(request, call)
    if (answer.granted) return answer.held
    throw reservationDenied(request.host, answer)
  }
  const end = async () => {
    await Promise.all(chores)
    ended.abort(closed())
    const reason = new AndonError('reservation-lost', 'the client was closed: it renews no more')
    for (const holding of [...holdings]) holding.drop(reason)
    transport.close()
  }
  const close = () => (closing ??= end())
  return {
    reserve,
    tryReserve,
    waitFor: reserve,
    hold,
    ...moves,
    ...views,
    ...clientControls(asker),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const closed = () => new AndonError('reservation-closed', 'the reservation client is closed')
