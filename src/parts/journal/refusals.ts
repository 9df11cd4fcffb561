import { AndonError } from '../../core/errors.ts'

/** Whoever has a run now: what a refusal tells. */
export interface Holding {
  readonly token: number
  readonly holder: string
  readonly expiresAt: number
}

/** The run is somebody else's until their lease ends. */
export const heldError = (run: string, by: Holding, now: number) =>
  new AndonError(
    'journal-held',
    `run ${run}: ${by.holder} works on it, with a lease for another ${by.expiresAt - now} ms (token ${by.token})`,
  )

/** The token is not the newest one: another writer has taken over. */
export const fencedError = (run: string, token: number, by: Holding | undefined) =>
  new AndonError(
    'journal-fenced',
    by
      ? `run ${run}: token ${token} is stale, ${by.holder} has token ${by.token}`
      : `run ${run}: nobody holds a lease (token ${token})`,
  )

/** A lease that was given back cannot be renewed; whoever wants the run takes a new one. */
export const givenBackError = (run: string, token: number) =>
  new AndonError('journal-fenced', `run ${run}: the lease with token ${token} was given back`)

/** Somebody wrote in between, or the writer lost count. */
export const conflictError = (run: string, expected: number, actual: number) =>
  new AndonError(
    'journal-conflict',
    `run ${run}: expected to append after sequence ${expected}, the last one is ${actual}`,
  )

export const closedError = () => new AndonError('journal-closed', 'the journal is closed')
