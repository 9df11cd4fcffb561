import type { Tolerance } from '../values/tolerance.ts'
import type { Effects, PathGlob } from './path-glob.ts'

/** What the globs say about one place in a document, and about those below it. */
export interface PathState {
  readonly ignore: boolean
  readonly keyed: string | undefined
  readonly unordered: boolean
  readonly tolerance: Tolerance | undefined
  /** No glob can match below: every place below has this same state. */
  readonly dead: boolean
  /** Whether all items of an array here have one state. */
  readonly uniform: boolean
  /** The state of what is here under a name. */
  key(name: string): PathState
  /** The state of an item of the array that is here. */
  item(index: number): PathState
}

/** How far a glob has got: a pair of the glob's index and the number of its steps that are behind. */
interface Position {
  readonly glob: number
  readonly step: number
}

/**
 * The globs as one automaton, of which the states are made as documents come to need them. Names that no glob has share
 * one state, so that what is kept depends on the globs and never on whoever's documents.
 */
export function compileGlobs(globs: readonly PathGlob[], everywhere: Effects = {}): PathState {
  const states = new Map<string, PathState>()
  const stateOf = (positions: readonly Position[]): PathState => {
    const id = positions.map(p => `${p.glob}:${p.step}`).join()
    let state = states.get(id)
    if (!state) states.set(id, (state = createState(globs, positions, everywhere, stateOf)))
    return state
  }
  return stateOf(globs.map((_, glob) => ({ glob, step: 0 })))
}

function createState(
  globs: readonly PathGlob[],
  positions: readonly Position[],
  everywhere: Effects,
  stateOf: (positions: readonly Position[]) => PathState,
): PathState {
  const arrived = positions.filter(p => p.step === globs[p.glob]!.steps.length)
  const effects = Object.assign({}, everywhere, ...arrived.map(p => globs[p.glob]!.effects)) as Effects
  const open = positions.filter(p => p.step < globs[p.glob]!.steps.length)
  const names = open.map(p => globs[p.glob]!.steps[p.step]!.name)
  const literals = new Set(names.flatMap(name => (name !== 'any' && 'is' in name ? [name.is] : [])))
  const hasPatterns = names.some(name => name !== 'any' && 'like' in name)

  /** `undefined` is a name that no glob has. */
  const after = (name: string | undefined): PathState => {
    const next = new Map<string, Position>()
    for (const at of open) {
      const step = globs[at.glob]!.steps[at.step]!
      const found = [
        ...(step.deep ? [at] : []),
        ...(matches(step.name, name) ? [{ glob: at.glob, step: at.step + 1 }] : []),
      ]
      for (const p of found) next.set(`${p.glob}:${p.step}`, p)
    }
    return stateOf([...next.values()].sort((a, b) => a.glob - b.glob || a.step - b.step))
  }
  /** `null`: not made yet. */
  const known = new Map<string, PathState | null>([...literals].map(name => [name, null]))
  let other: PathState | undefined
  const uniform = !hasPatterns && ![...literals].some(name => /^\d+$|=/.test(name))
  const key = (name: string): PathState => {
    const state = known.get(name)
    if (state) return state
    if (state === undefined) return hasPatterns ? after(name) : (other ??= after(undefined))
    const made = after(name)
    known.set(name, made)
    return made
  }
  const self: PathState = {
    ignore: effects.ignore ?? false,
    keyed: effects.keyed,
    unordered: effects.unordered ?? false,
    tolerance: effects.tolerance,
    dead: open.length === 0 && arrived.length === 0,
    uniform,
    key,
    item: index => (uniform ? (other ??= after(undefined)) : key(String(index))),
  }
  return self
}

function matches(step: PathGlob['steps'][number]['name'], name: string | undefined): boolean {
  if (step === 'any') return true
  if (name === undefined) return false
  return 'is' in step ? step.is === name : step.like(name)
}
