import type { CellState } from '../state/cell-state.ts'

const MINUTE = 60_000

/**
 * The times of the log at which what velocity and windows said holds too: they were asked about a time that the store may
 * not agree with. Windows open and close on whole minutes, wherever they are.
 */
export function grantableWhen(
  { rules, grants }: CellState,
  now: number,
  broken: boolean,
): { readonly notBefore: number; readonly before: number } {
  if (broken) return { notBefore: 0, before: Number.POSITIVE_INFINITY }
  const hasWindows = rules.windows.length > 0
  const minute = Math.floor(now / MINUTE) * MINUTE
  const oldest = rules.velocity && grants[grants.length - rules.velocity.grants]
  const slow = oldest ? oldest.at + rules.velocity!.perMs : 0
  return {
    notBefore: Math.max(slow, hasWindows ? minute : 0),
    before: hasWindows ? minute + MINUTE : Number.POSITIVE_INFINITY,
  }
}
