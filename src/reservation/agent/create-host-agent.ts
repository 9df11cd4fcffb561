import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { describe, messageOf, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Coordinator, ReservationCall } from '../coordinator/coordinator.ts'
import { readHostId } from '../model/host-record.ts'
import type { Reservation } from '../model/reservation.ts'
import { tokenFile } from './token-file.ts'

export interface HostAgentOptions {
  /** Who knows: a reservation client or, in the same process, the coordinator. */
  readonly authority: Pick<Coordinator, 'check'>
  /** The host that this agent stands on. */
  readonly host: PlaceId
  /** Where the largest token is kept over restarts. Default: in memory only. */
  readonly stateFile?: string
  /** With less than so many milliseconds of the lease left nothing is begun. Default 5,000. */
  readonly minLeftMs?: number
  /** How long the authority may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  readonly clock?: Clock
}

/** What the agent found out. */
export interface Permission {
  /** How long the lease lasts at least, in milliseconds from now, counted from when it was asked for. */
  readonly leftMs: number
  readonly reservation: Reservation
}

/** What the work under a permission is given. */
export interface GuardedWork extends Permission {
  /** Aborted, with `agent-refused`, when so little of the lease is left that it must not be relied on; also by the caller. */
  readonly signal: AbortSignal
}

/** Stands on a host, and lets nobody act there who has no right to. */
export interface HostAgent {
  /** Asks whether the token is the right to act on this host now. Throws `agent-refused` on every answer that is not a clear yes. */
  check(token: number, call?: ReservationCall): Promise<Permission>
  /** Asks, then does it; the work is not begun without permission. */
  guard<T>(token: number, work: (given: GuardedWork) => Promise<T> | T, call?: ReservationCall): Promise<T>
}

/**
 * The last check before something is done to a host, for the case that its client was frozen, cut off or replaced since
 * it was granted the host. Refused (`agent-refused`): a token smaller than one that was seen here before; one that the
 * authority does not call current; a lease with less than `minLeftMs` left; an answer that is late, malformed, about
 * another host or token, or that does not come; a state file that cannot be read or written. A renewal made while the
 * work goes on does not lengthen what `signal` allows: guard each step by itself.
 */
export function createHostAgent(options: HostAgentOptions): HostAgent {
  const { clock = realClock } = options
  const authority = portOption<Pick<Coordinator, 'check'>>('authority', options.authority, ['check'])
  const host = readHostId('host', options.host)
  const minLeftMs = numberOption('minLeftMs', options.minLeftMs ?? 5000, 0)
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const file = options.stateFile === undefined ? undefined : tokenFile(textOption('stateFile', options.stateFile))
  let seen = 0

  const notStale = (token: number, largest: number) => {
    seen = Math.max(seen, largest)
    if (token < seen) throw refused(`token ${token} is older than ${seen}, which was seen here before`)
  }
  const answerOf = async (token: number, signal: AbortSignal | undefined) => {
    const ask = (cut: AbortSignal) => authority.check({ host, token }, { signal: cut })
    try {
      return await deadline(clock, timeoutMs, 'the reservation server', ask, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw refused(messageOf(error), error)
    }
  }
  const check = async (token: number, { signal }: ReservationCall = {}): Promise<Permission> => {
    signal?.throwIfAborted()
    wholeOption('token', token, 1)
    notStale(token, (await file?.read()) ?? 0)
    // From before it was sent: what the answer needed to come is gone of the lease.
    const asked = clock.monotonic()
    const { leftMs, reservation } = readAnswer(await answerOf(token, signal), host, token)
    // Written down before it is acted upon: an older token must be refused even if this process dies right now.
    notStale(token, (await file?.raise(token)) ?? token)
    signal?.throwIfAborted()
    const left = leftMs - (clock.monotonic() - asked)
    if (left < minLeftMs || left <= 0)
      throw refused(`${Math.max(0, Math.floor(left))} ms are left of the lease, ${minLeftMs} needed`)
    return { leftMs: left, reservation }
  }
  return {
    check,
    async guard(token, work, call = {}) {
      const permission = await check(token, call)
      const over = new AbortController()
      const timer = clock.setTimer(permission.leftMs - minLeftMs, () =>
        over.abort(refused(`the lease ends in ${minLeftMs} ms unless it was renewed`)),
      )
      const signal = call.signal === undefined ? over.signal : AbortSignal.any([over.signal, call.signal])
      try {
        return await work({ ...permission, signal })
      } finally {
        timer.cancel()
      }
    },
  }
}

/** An answer that is about this very right, or `agent-refused`. */
function readAnswer(answer: unknown, host: PlaceId, token: number): Permission {
  const { leftMs, reservation } = (answer ?? {}) as Partial<Permission>
  if (typeof leftMs !== 'number' || !Number.isFinite(leftMs))
    throw refused(`leftMs: expected milliseconds, got ${describe(leftMs)}`)
  if (typeof reservation !== 'object' || reservation === null)
    throw refused(`reservation: expected an object, got ${describe(reservation)}`)
  if (reservation.host !== host)
    throw refused(`reservation.host: expected ${describe(host)}, got ${describe(reservation.host)}`)
  if (reservation.token !== token)
    throw refused(`reservation.token: expected ${token}, got ${describe(reservation.token)}`)
  return { leftMs, reservation }
}

const refused = (why: string, cause?: unknown) => new AndonError('agent-refused', `not permitted: ${why}`, { cause })
