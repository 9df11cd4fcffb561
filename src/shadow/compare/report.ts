import type { CompareRules } from './compare-rules.ts'
import type { AnswerDifference } from './comparison.ts'

/** In place of a value that is not there. */
export const ABSENT = Symbol('absent')

/** The paths of values inside of a value whose inner values have none of their own. */
const same = (path: string) => path

/** Collects differences, as many as the rules allow. */
export class Report {
  readonly differences: AnswerDifference[] = []
  /** Why there may be more differences; the first reason counts. */
  why: string | undefined
  readonly #rules: CompareRules

  constructor(rules: CompareRules) {
    this.#rules = rules
  }

  get complete(): boolean {
    return this.why === undefined
  }

  incomplete(why: string): void {
    this.why ??= why
  }

  /** Whether one more has room; if not, the report is incomplete. Whoever asks has one more. */
  hasRoom(): boolean {
    const { maxDifferences } = this.#rules
    if (this.differences.length < maxDifferences) return true
    this.incomplete(`more than ${maxDifferences} differences (maxDifferences)`)
    return false
  }

  /** Shows the values, of which one may be `ABSENT`. */
  add(
    place: { readonly path: string; readonly field: string },
    kind: AnswerDifference['kind'],
    primary: unknown,
    candidate: unknown,
    child: (path: string, key: string | number) => string = same,
  ): void {
    if (!this.hasRoom()) return
    const { show } = this.#rules
    const one = primary === ABSENT ? undefined : show.value(place.path, primary, child)
    const other = candidate === ABSENT ? undefined : show.value(place.path, candidate, child)
    this.put(place, kind, one, other)
  }

  /** With pictures that are made already. */
  put(
    { path, field }: { readonly path: string; readonly field: string },
    kind: AnswerDifference['kind'],
    primary?: string | undefined,
    candidate?: string | undefined,
  ): void {
    if (!this.hasRoom()) return
    if (primary !== undefined && candidate !== undefined)
      this.differences.push({ path, field, kind, primary, candidate })
    else if (primary !== undefined) this.differences.push({ path, field, kind, primary })
    else this.differences.push(candidate === undefined ? { path, field, kind } : { path, field, kind, candidate })
  }
}
