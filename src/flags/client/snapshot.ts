import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Audience, Audiences, IdSet } from '../audiences/audience.ts'
import { type CompiledAudience, compileAudience } from '../audiences/compile-audience.ts'
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
  /** Those whose audience could never be understood. */
  readonly unguarded: ReadonlySet<string>
  /** Audiences by flag, those of flags that the document does not have, or that are broken, as well. */
  readonly audiences: ReadonlyMap<string, SnapshotAudience>
}

export interface SnapshotFlag {
  readonly evaluate: Evaluator
  /** What it comes to for everybody, when nothing depends on the context. */
  readonly fixed: Outcome | undefined
  /** What the flag is, as text: two that are the same evaluate alike. */
  readonly fingerprint: string
  readonly flag: CompiledFlag
  /** Its newest form, or that of its audience, could not be understood: (part of) this is the last good one. */
  readonly outdated: boolean
}

export interface SnapshotAudience {
  readonly compiled: CompiledAudience
  readonly written: Audience
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
 * Makes a snapshot of a document. A flag and its audience are understood each by itself: the one that cannot be keeps
 * the form that it had in `before`, so that a kill or a deny list is heeded though the document's flag is broken, and the
 * other way round. What never had a good form is missing.
 */
export function snapshotOf(
  { flags, problems }: ReadDocument,
  version: string,
  { declarations, audiences: written, lists: live }: Beside,
  before: Snapshot | undefined,
): SnapshotResult {
  const all = [...problems]
  const outdated = new Set(problems.flatMap(p => p.flag ?? []))
  const problem = (flag: string, message: string) => {
    all.push({ code: 'PARSE_ERROR', flag, message })
    outdated.add(flag)
  }
  // As they are now: a list that is swapped makes a new snapshot.
  const lists = Object.fromEntries(Object.entries(live).map(([name, list]) => [name, standing(list)]))

  const audiences = new Map<string, SnapshotAudience>()
  const unguarded = new Set<string>()
  for (const [key, audience] of Object.entries(written)) {
    try {
      audiences.set(key, { compiled: compileAudience(key, audience, lists), written: audience })
    } catch (error) {
      problem(key, messageOf(error))
      const last = before?.audiences.get(key)
      if (last) audiences.set(key, last)
      else unguarded.add(key)
    }
  }

  const made = new Map<string, SnapshotFlag>()
  const readAs = (key: string): CompiledFlag | undefined => {
    const read = flags.get(key)
    if (read !== undefined) {
      try {
        return Object.hasOwn(declarations, key) ? conform(read, declarations[key]!) : read
      } catch (error) {
        problem(key, messageOf(error))
      }
    }
    return before?.flags.get(key)?.flag
  }
  for (const key of new Set([...flags.keys(), ...problems.flatMap(p => p.flag ?? [])])) {
    const flag = readAs(key)
    // Without the audience that belongs to it a flag is not evaluated at all.
    if (flag === undefined || unguarded.has(key)) continue
    const audience = audiences.get(key)
    const evaluate = evaluatorOf(flag, audience?.compiled)
    const fixed = audience === undefined && flag.variants.length === 0 ? evaluate({}) : undefined
    const fingerprint = fingerprintOf(flag, audience?.written, lists)
    made.set(key, { evaluate, fixed, flag, fingerprint, outdated: outdated.has(key) })
  }
  const broken = new Set([...outdated].filter(key => !made.has(key)))
  const fixed = new Map<string, boolean>()
  for (const [key, flag] of made) if (flag.fixed !== undefined) fixed.set(key, flag.fixed.enabled)
  return { snapshot: { version, flags: made, fixed, broken, unguarded, audiences }, problems: all }
}

/** A list's content of this moment, with whether it has been loaded. */
function standing(list: IdSet): IdSet {
  const now = list?.current
  if (typeof now?.has !== 'function') return list
  return { has: id => now.has(id), loaded: list.loaded !== false, current: now }
}

function fingerprintOf(
  { key, enabled, attributes, defaultVariant, variants }: CompiledFlag,
  audience: Audience | undefined,
  lists: Readonly<Record<string, IdSet>>,
): string {
  const plain = variants.map(v => [v.name, v.enabled, v.attributes, v.rule])
  const named = [audience?.deny, audience?.allow, ...(audience?.cohorts ?? []).map(c => c.list)].map(list =>
    list !== undefined && 'list' in list ? versionOf(lists[list.list]) : undefined,
  )
  return JSON.stringify([key, enabled, attributes, defaultVariant, plain, audience, named])
}

const versionOf = (list: IdSet | undefined): unknown => [
  list?.loaded,
  (list?.current as { version?: unknown } | undefined)?.version,
]

/** The error that stands for a problem of a document. */
export function problemError(version: string, { code, flag, message }: DocumentProblem): AndonError {
  const what = code === 'VARIANTS_LOST' ? 'variants-lost' : 'parse-error'
  return new AndonError(what, `document ${version}${flag === undefined ? '' : `, flag ${flag}`}: ${message}`)
}
