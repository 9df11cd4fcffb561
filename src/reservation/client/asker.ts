import type { ReservationCall } from '../coordinator/coordinator.ts'
import type { CallTerms, callServer } from './call-server.ts'
import type { HttpQuestion } from './transport.ts'

type How<T> = Partial<Pick<CallTerms<T>, 'alsoGood' | 'acts' | 'repeats' | 'afterDoubt'>>

/** Asks a server for one answer. */
export interface Asker {
  get<T>(path: string, read: (body: unknown) => T, call?: ReservationCall): Promise<T>
  post<T>(path: string, body: object, read: (body: unknown) => T, call?: ReservationCall, how?: How<T>): Promise<T>
  put<T>(path: string, body: object, read: (body: unknown) => T, call?: ReservationCall): Promise<T>
}

/** `signalFor` makes the caller's signal into one that also ends with the client; it throws when that has ended. */
export function createAsker(
  server: Pick<ReturnType<typeof callServer>, 'call'>,
  signalFor: (signal: AbortSignal | undefined) => AbortSignal,
): Asker {
  const ask = async <T>(question: HttpQuestion, read: (body: unknown) => T, call: ReservationCall = {}, how?: How<T>) =>
    server.call(question, { read, acts: question.method !== 'GET', ...how, signal: signalFor(call.signal) })
  return {
    get: (path, read, call) => ask({ method: 'GET', path }, read, call),
    post: (path, body, read, call, how) => ask({ method: 'POST', path, body }, read, call, how),
    put: (path, body, read, call) => ask({ method: 'PUT', path, body }, read, call),
  }
}

/** A word of the caller's as one part of a path. */
export const inPath = (text: string): string => encodeURIComponent(text)
