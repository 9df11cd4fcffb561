import { lowestBit } from './bits.ts'
import { type GroupsState, groupsState, MOST_SLOTS, NONE, openGroup, put, widen } from './groups-state.ts'
import type { SetProblem } from './set-problem.ts'

/** Each host in the first group that may take it. */
export interface FirstFit {
  /** The groups that are still open: they are not full, or there was no need to look. */
  readonly state: GroupsState
  /** How many are open. */
  open: number
  /** Of hosts in groups that are full and done with: the group's number; -1 for the others. */
  readonly done: Int32Array | undefined
  /** How many are done with. */
  doneCount: number
}

// Above so many groups at a time it is cheaper to put the full ones away than to keep a bit for each.
const WIDE = 16

/** The hosts in their order. It is the same as if there were a bit for every group, since a full group takes nobody. */
export function firstFit(problem: SetProblem, words: number): FirstFit {
  const done = Number.isFinite(problem.maxGroupSize) ? new Int32Array(problem.hosts).fill(-1) : undefined
  const fit: FirstFit = { state: groupsState(problem, words), open: 0, done, doneCount: 0 }
  const { state } = fit
  for (let host = 0; host < problem.hosts; host++) {
    let c = firstFree(state, host)
    if (c < 0) {
      if (fit.open === state.words * 32) makeRoom(fit)
      c = fit.open++
      openGroup(state, c)
    }
    put(state, host, c)
  }
  return fit
}

/** The lowest open group with room that may take the host, or -1. */
function firstFree({ problem, words, bits, room }: GroupsState, host: number): number {
  const { start, sets } = problem.of
  for (let w = 0; w < words; w++) {
    let taken = 0
    for (let i = start[host]!, end = start[host + 1]!; i < end; i++) taken |= bits[sets[i]! * words + w]!
    const free = ~taken & room[w]!
    if (free !== 0) return w * 32 + lowestBit(free)
  }
  return -1
}

/** More words, or full groups put away and the others moved up in their order. */
function makeRoom(fit: FirstFit): void {
  const { state, done } = fit
  if (done && state.words >= WIDE) {
    const full: boolean[] = Array.from({ length: fit.open }, (_, c) => state.size[c]! >= state.problem.maxGroupSize)
    if (full.filter(Boolean).length > fit.open / 2) return putAway(fit, done, full)
  }
  if (state.words * 64 > MOST_SLOTS) throw new RangeError(`more than ${state.words * 32} groups at a time`)
  widen(state)
}

function putAway(fit: FirstFit, done: Int32Array, full: readonly boolean[]): void {
  const { state } = fit
  const next: number[] = []
  let left = 0
  for (let c = 0; c < fit.open; c++) next.push(full[c] ? fit.doneCount++ : left++)
  const before = state.slot.slice()
  state.slot.fill(NONE)
  for (const part of [state.bits, state.size, state.open, state.room]) part.fill(0)
  for (let c = 0; c < left; c++) openGroup(state, c)
  fit.open = left
  for (let host = 0; host < before.length; host++) {
    const c = before[host]!
    if (c === NONE) continue
    if (full[c]) done[host] = next[c]!
    else put(state, host, next[c]!)
  }
}
