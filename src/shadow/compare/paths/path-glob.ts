import type { Tolerance } from '../values/tolerance.ts'

/** One step of a glob: which names it matches (`any`, this one, or what a function says), here or however far below. */
export interface GlobStep {
  readonly deep: boolean
  readonly name: 'any' | { readonly is: string } | { readonly like: (name: string) => boolean }
}

/** What holds at the places that a glob matches. */
export interface Effects {
  readonly ignore?: true
  readonly keyed?: string
  readonly unordered?: true
  readonly tolerance?: Tolerance
}

/** A glob of a path with what holds there. An index is a name, too: its digits. */
export interface PathGlob {
  readonly steps: readonly GlobStep[]
  readonly effects: Effects
}
