import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'

export const closedError = () => new AndonError('ledger-closed', 'the ledger is closed')

export const trimmedError = (stream: string, after: number, first: number) =>
  new AndonError(
    'ledger-trimmed',
    `stream ${stream}: entries after ${after} are gone, the first that is left is ${first}`,
  )

export const corruptError = (stream: string, what: string, cause?: unknown) =>
  new AndonError('ledger-corrupt', `stream ${stream}: ${what}`, cause === undefined ? {} : { cause })

export const unreachableError = (store: string, cause: unknown) =>
  new AndonError('ledger-unreachable', `${store}: ${messageOf(cause)}`, { cause })

/** What a store's engine threw, as one of andon's errors. */
export function storeError(
  store: string,
  cause: unknown,
  isAway: (cause: unknown) => boolean,
  isDamaged: (cause: unknown) => boolean = () => false,
): unknown {
  if (isDamaged(cause)) return new AndonError('ledger-corrupt', `${store}: ${messageOf(cause)}`, { cause })
  if (isAway(cause)) return unreachableError(store, cause)
  if (isAndonError(cause) && cause.code !== 'newer-schema') return cause
  return new AndonError('ledger-error', `${store}: ${messageOf(cause)}`, { cause })
}
