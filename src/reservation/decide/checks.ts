import type { CellState } from '../state/cell-state.ts'
import { checkCapacity } from './check-capacity.ts'
import { checkCord } from './check-cord.ts'
import { checkHost } from './check-host.ts'
import { checkLimits } from './check-limits.ts'
import { checkNeighbours } from './check-neighbours.ts'
import { checkVelocity } from './check-velocity.ts'
import { checkWindows } from './check-windows.ts'
import { checkZone } from './check-zone.ts'
import type { Candidate, LocalCheck, Refusal } from './refusal.ts'

/** What is checked from the coordinator's own knowledge, in this order. The service is asked afterwards. */
export const CHECKS: readonly LocalCheck[] = [
  checkHost,
  checkCapacity,
  checkLimits,
  checkVelocity,
  checkWindows,
  checkZone,
  checkNeighbours,
  checkCord,
]

/** What two people together may set aside. Never whose host it is, never the cord. */
export const BREAKABLE: ReadonlySet<string> = new Set([
  'capacity',
  'limits',
  'velocity',
  'windows',
  'zone',
  'neighbours',
])

/** The checks for which a place in line is kept: what others who come later would otherwise take away for ever. */
export const SHARED: ReadonlySet<string> = new Set(['host', 'capacity', 'limits', 'velocity', 'zone', 'neighbours'])

/** The first check that says no. */
export function firstRefusal(
  state: CellState,
  candidate: Candidate,
  broken = false,
): (Refusal & { readonly step: LocalCheck['step'] }) | undefined {
  for (const { step, check } of CHECKS) {
    if (broken && BREAKABLE.has(step)) continue
    const refusal = check(state, candidate)
    if (refusal) return { step, ...refusal }
  }
  return undefined
}
