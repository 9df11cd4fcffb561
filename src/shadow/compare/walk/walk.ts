import type { CompareRules } from '../compare-rules.ts'
import type { AnswerDifference } from '../comparison.ts'
import type { PathState } from '../paths/path-state.ts'
import { LONE, type PathStyle, type TrailStep } from '../paths/path-style.ts'
import { ABSENT, type Report } from '../report.ts'
import { DEEPEST } from './deepest.ts'
import { walkKeyed } from './keyed.ts'
import { sameLeaf } from './same-leaf.ts'
import { walkSequence } from './sequence.ts'
import { walkUnordered } from './unordered.ts'

/** What JSON calls an object. */
export type Fields = Readonly<Record<string, unknown>>

/** What sets one kind of tree apart from another. */
export interface Grammar {
  readonly style: PathStyle
  /** Numbers are texts. */
  readonly numericText: boolean
  /** Whether an item without siblings has no index. */
  readonly loneItems: boolean
  /** Looks at two nodes of which the fields are the same; gives what differs all the same, if anything. */
  readonly order?: (a: Fields, b: Fields, state: PathState) => { primary: string; candidate: string } | undefined
}

/**
 * A walk over two trees of plain values, side by side, with the state of the globs for each place. The way to where it
 * stands is written down on `trail` and becomes a path only where something differs, so that what is the same costs
 * little more than a comparison.
 */
export class Walk {
  readonly rules: CompareRules
  readonly report: Report
  readonly grammar: Grammar
  readonly trail: TrailStep[] = []
  /** How much of `trail` is the way to where the walk stands; probes leave no trail in lists. */
  depth = 0
  nesting = 0
  /** A probe reports nothing and ends at the first difference. */
  probing = false
  /** How many more values may be looked at. */
  left: number

  constructor(rules: CompareRules, report: Report, grammar: Grammar) {
    this.rules = rules
    this.report = report
    this.grammar = grammar
    this.left = rules.maxNodes
  }

  /** Whether the two are the same, for all that was looked at; what differs is reported. */
  pair(a: unknown, b: unknown, state: PathState): boolean {
    if (a === b || state.ignore) return true
    if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
      const isList = Array.isArray(a)
      if (isList !== Array.isArray(b)) return this.differ('type', a, b)
      if (this.nesting >= DEEPEST) {
        this.report.incomplete(`nested more than ${DEEPEST} deep`)
        return true
      }
      this.nesting++
      const same = isList
        ? this.#lists(a, b as readonly unknown[], state)
        : this.#objects(a as Fields, b as Fields, state)
      this.nesting--
      return same
    }
    if (sameLeaf(a, b, state.tolerance, this.rules.shapes, this.grammar.numericText)) return true
    return this.differ(kindOf(a) === kindOf(b) ? 'changed' : 'type', a, b)
  }

  /** Whether the two are the same; reports nothing. */
  same(a: unknown, b: unknown, state: PathState): boolean {
    if (a === b) return true
    const before = this.probing
    this.probing = true
    const found = this.pair(a, b, state)
    this.probing = before
    return found
  }

  /** As `pair`, for what is one step below; `length` is how many of its kind either side has. */
  item(index: TrailStep, a: unknown, b: unknown, state: PathState, length = 0): boolean {
    this.trail[this.depth++] = length === 1 && this.grammar.loneItems ? LONE : index
    const found = this.pair(a, b, state)
    this.depth--
    return found
  }

  /** What only one side has, one step below. */
  lone(kind: 'missing' | 'extra', index: TrailStep, value: unknown, state: PathState): boolean {
    if (state.ignore) return true
    this.trail[this.depth++] = index
    if (kind === 'missing') this.differ(kind, value, ABSENT)
    else this.differ(kind, ABSENT, value)
    this.depth--
    return false
  }

  differ(kind: AnswerDifference['kind'], a: unknown, b: unknown): false {
    if (this.probing) return false
    if (!this.report.hasRoom()) {
      // What else differs would not be told.
      this.left = 0
      return false
    }
    const { style } = this.grammar
    this.report.add(style.print(this.trail, this.depth, this.rules.show), kind, a, b, style.child)
    return false
  }

  /** Takes so many values from the budget, or as many as there are left. */
  take(count: number): number {
    const taken = Math.min(count, this.left)
    this.#spend(count)
    return taken
  }

  #lists(a: readonly unknown[], b: readonly unknown[], state: PathState): boolean {
    if (state.keyed !== undefined) return walkKeyed(this, a, b, state, state.keyed)
    return state.unordered ? walkUnordered(this, a, b, state) : walkSequence(this, a, b, state)
  }

  // Loops over names without making lists of them: that is most of what comparing an object costs.
  #objects(a: Fields, b: Fields, state: PathState): boolean {
    const at = this.depth++
    let same = true
    let shared = 0
    let count = 0
    for (const key in a) {
      if (count === this.left) {
        this.#spend(count + 1)
        this.depth = at
        return same
      }
      count++
      const one = a[key]
      const other = b[key]
      if (one === other) {
        shared++
        continue
      }
      this.#spend(count)
      count = 0
      this.trail[at] = key
      const next = state.dead ? state : state.key(key)
      // Not by `other`: there are names that every object answers to.
      if (Object.hasOwn(b, key)) {
        shared++
        if (!this.pair(one, other, next)) same = false
      } else if (!next.ignore) same = this.differ('missing', one, ABSENT)
      if (!same && this.probing) {
        this.depth = at
        return false
      }
    }
    this.#spend(count)
    if (!this.rules.extraFieldsFine && !this.#extras(a, b, shared, state)) same = false
    this.depth = at
    const wrong = same ? this.grammar.order?.(a, b, state) : undefined
    return wrong ? this.differ('changed', wrong.primary, wrong.candidate) : same
  }

  /** Whether `b` has no field but the `shared` ones. */
  #extras(a: Fields, b: Fields, shared: number, state: PathState): boolean {
    let all = 0
    for (const _ in b) all++
    if (all === shared) return true
    let none = true
    let count = this.take(all)
    for (const key in b) {
      if (count-- === 0) break
      if (Object.hasOwn(a, key) || (state.dead ? state : state.key(key)).ignore) continue
      this.trail[this.depth - 1] = key
      none = this.differ('extra', ABSENT, b[key])
      if (this.probing) break
    }
    return none
  }

  #spend(count: number): void {
    this.left -= count
    if (this.left >= 0) return
    this.left = 0
    this.report.incomplete(`the bodies have more than ${this.rules.maxNodes} values to look at (maxNodes)`)
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'bigint' ? 'number' : typeof value
}
