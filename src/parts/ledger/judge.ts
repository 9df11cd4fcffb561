import type { LedgerAnswer, LedgerAppend } from './ledger.ts'

/** The newest entry of a stream; sequence 0 and time 0 when there is none. */
export interface Head {
  readonly sequence: number
  readonly at: number
}

export const EMPTY: Head = Object.freeze({ sequence: 0, at: 0 })

/** The log time that an entry behind `head` has now. */
export const logTime = (head: Head, now: number): number => Math.max(head.at, now)

/**
 * What becomes of an append behind `head`, at the store's time `now`. A store that knows its time only roughly gives the
 * earliest and the latest that it can be: the guards are judged on the safe side, and the entry gets the earliest.
 */
export function judge(
  { after, notBefore = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY }: LedgerAppend,
  head: Head,
  now: number,
  latest: number = now,
): LedgerAnswer {
  const at = logTime(head, now)
  const refused = (why: 'conflict' | 'early' | 'late') => ({ ok: false, why, now: at, head: head.sequence }) as const
  if (head.sequence !== after) return refused('conflict')
  if (at < notBefore) return refused('early')
  if (logTime(head, latest) >= before) return refused('late')
  return { ok: true, sequence: after + 1, at }
}
