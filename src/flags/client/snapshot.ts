import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Audiences, IdSet } from '../audiences/audience.ts'
import { compileAudience } from '../audiences/compile-audience.ts'
import type { FlagDeclarations } from '../define-flags.ts'
import type { CompiledFlag } from '../documents/compiled-flag.ts'
import type { DocumentProblem } from '../documents/document-problem.ts'
import type { ReadDocument } from '../documents/read-document.ts'
import { type Evaluator, evaluatorOf } from '../evaluation/evaluator.ts'
import type { Outcome } from '../evaluation/outcome.ts'
import { conform } from './conform.ts'

/** All flags at one moment. Immutable: a request that holds on to one sees the same world to its end. */
export interface Snapshot {
  readonly version: string
  readonly flags: ReadonlyMap<string, SnapshotFlag>
  /** Those that no context can change, and whether they are on: one look, and an evaluation of them is done. */
  readonly fixed: ReadonlyMap<string, boolean>
  /** Flags that the document has, but that could not be understood and have no last good form. */
  readonly broken: ReadonlySet<string>
}

export interface SnapshotFlag {
  readonly evaluate: Evaluator
  /** What it comes to for everybody, when nothing depends on the context. */
  readonly fixed: Outcome | undefined
  /** What the flag is, as text: two that are the same evaluate alike. */
  readonly fingerprint: string
  readonly flag: CompiledFlag
}

/** What a document's flags are read with. */
export interface Beside {
  /** The program's own. */
  readonly declarations: FlagDeclarations
  readonly audiences: Audiences
  readonly lists: Readonly<Record<string, IdSet>>
}

export interface SnapshotResult {
  readonly snapshot: Snapshot
  /** Flags that kept their last good form, or have none. */
  readonly problems: readonly DocumentProblem[]
}

/**
 * Makes a snapshot of a document. A flag that cannot be understood, or whose audience cannot, keeps the form that it
 * had in `before`; without one it is missing.
 */
export function snapshotOf(
  { flags, problems }: ReadDocument,
  version: string,
  beside: Beside,
  before: Snapshot | undefined,
): SnapshotResult {
  const { declarations, audiences, lists } = beside
  const all = [...problems]
  const made = new Map<string, SnapshotFlag>()
  const keep = (key: string) => {
    const last = before?.flags.get(key)
    if (last) made.set(key, last)
  }
  for (const problem of problems) if (problem.flag !== undefined) keep(problem.flag)
  for (const [key, read] of flags) {
    const audience = Object.hasOwn(audiences, key) ? audiences[key] : undefined
    try {
      const flag = Object.hasOwn(declarations, key) ? conform(read, declarations[key]!) : read
      const evaluate = evaluatorOf(flag, audience === undefined ? undefined : compileAudience(key, audience, lists))
      const fixed = audience === undefined && flag.variants.length === 0 ? evaluate({}) : undefined
      made.set(key, { evaluate, fixed, flag, fingerprint: fingerprintOf(flag, audience) })
    } catch (error) {
      all.push({ code: 'PARSE_ERROR', flag: key, message: messageOf(error) })
      keep(key)
    }
  }
  const broken = new Set(all.flatMap(p => (p.flag !== undefined && !made.has(p.flag) ? [p.flag] : [])))
  const fixed = new Map<string, boolean>()
  for (const [key, flag] of made) if (flag.fixed !== undefined) fixed.set(key, flag.fixed.enabled)
  return { snapshot: { version, flags: made, fixed, broken }, problems: all }
}

function fingerprintOf(flag: CompiledFlag, audience: unknown): string {
  const { key, enabled, attributes, defaultVariant, variants } = flag
  const plain = variants.map(v => [v.name, v.enabled, v.attributes, v.rule])
  return JSON.stringify([key, enabled, attributes, defaultVariant, plain, audience])
}

/** The error that stands for a problem of a document. */
export function problemError(version: string, { code, flag, message }: DocumentProblem): AndonError {
  const what = code === 'VARIANTS_LOST' ? 'variants-lost' : 'parse-error'
  return new AndonError(what, `document ${version}${flag === undefined ? '' : `, flag ${flag}`}: ${message}`)
}
