import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { HoldKey } from './lease-store.ts'
import { type Row, stateOf } from './row.ts'

/** Why a hold is not the current one, in words that name who has the resource now. */
export function lostError({ id, token }: HoldKey, row: Row | undefined, now: number): AndonError<'lease-lost'> {
  return new AndonError('lease-lost', `${id}: ${whyLost(token, row, now)}`)
}

function whyLost(token: number, row: Row | undefined, now: number): string {
  if (!row || row.token === 0) return `nobody ever held it (token ${token})`
  if (row.token !== token)
    return `token ${token} is stale, the newest is ${row.token} (${row.holder || 'nobody'} has it)`
  if (row.state === stateOf(row, now)) return `the hold with token ${token} was given back`
  return `the hold with token ${token} expired ${now - row.expiresAt} ms ago`
}

export const unknownError = (id: string) => new AndonError('lease-unknown', `${id}: the store knows no such resource`)

export const closedError = () => new AndonError('lease-closed', 'the lease store is closed')

/** The store is away, or too slow, or cannot write. */
const unreachableError = (store: string, cause: unknown) =>
  new AndonError('lease-unreachable', `${store}: ${messageOf(cause)}`, { cause })

/** What a store's engine threw, as one of andon's errors. */
export function storeError(store: string, cause: unknown, isAway: (cause: unknown) => boolean): unknown {
  if (isAway(cause)) return unreachableError(store, cause)
  if (isAndonError(cause)) return cause
  return new AndonError('lease-error', `${store}: ${messageOf(cause)}`, { cause })
}
