import { invalid, literalOption, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { ReleaseAnswer, ReserveAnswer } from '../coordinator/coordinator.ts'
import type { Reservation } from '../model/reservation.ts'
import { ACTIVITIES, PHASES, PRIORITIES } from '../wire/words.ts'

type Fields = Readonly<Record<string, unknown>>

/** An object, or `invalid-option`. */
export function readObject(field: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'an object', value)
  return value as Fields
}

/** True or false, or `invalid-option`. */
export function readBoolean(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalid(field, 'true or false', value)
  return value
}

/** An object that has a list under each of the names, or `invalid-option`. What is in the lists is the server's word. */
export function readWithLists<T>(value: unknown, ...names: readonly string[]): T {
  const fields = readObject('answer', value)
  for (const name of names) if (!Array.isArray(fields[name])) throw invalid(name, 'a list', fields[name])
  return fields as T
}

/** Whatever the right to act is derived from has to be there and be of its type. Throws `invalid-option`. */
export function readReservation(field: string, value: unknown): Reservation {
  const r = readObject(field, value)
  for (const name of ['id', 'host', 'holder', 'reason']) textOption(`${field}.${name}`, r[name])
  literalOption(`${field}.activity`, r.activity, ACTIVITIES)
  literalOption(`${field}.phase`, r.phase, PHASES)
  literalOption(`${field}.priority`, r.priority, PRIORITIES)
  wholeOption(`${field}.token`, r.token, 1)
  numberOption(`${field}.ttlMs`, r.ttlMs, 1)
  numberOption(`${field}.grantedAt`, r.grantedAt, 0)
  numberOption(`${field}.expiresAt`, r.expiresAt, 0)
  return value as Reservation
}

/** Granted only when it says so in full, and for what was asked. Throws `invalid-option`. */
export function readReserveAnswer(value: unknown, asked?: Pick<Reservation, 'host' | 'activity'>): ReserveAnswer {
  const answer = readObject('answer', value)
  if (answer.granted === true) {
    const reservation = readReservation('reservation', answer.reservation)
    if (asked) {
      literalOption('reservation.host', reservation.host, [asked.host])
      literalOption('reservation.activity', reservation.activity, [asked.activity])
    }
    return { granted: true, reservation }
  }
  readBoolean('granted', answer.granted)
  textOption('step', answer.step)
  readWithLists(answer, 'reasons')
  return answer as ReserveAnswer
}

/** How it ended, or that it has not yet. Throws `invalid-option`. */
export function readReleaseAnswer(value: unknown): ReleaseAnswer {
  const answer = readObject('answer', value)
  literalOption('state', answer.state, ['completed', 'cancelled', 'casualty', 'restoring'])
  if (answer.state === 'restoring') {
    readWithLists(answer, 'reasons')
    readReservation('reservation', answer.reservation)
  }
  return answer as ReleaseAnswer
}
