import type { Clock } from '../../core/clock.ts'
import { isAndonError } from '../../core/errors.ts'
import { invalid, literalOption, portOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { retry } from '../../core/retry.ts'
import { isObject, type JsonObject } from '../documents/json-object.ts'
import { checkContent, type DocumentKind } from './check-content.ts'
import { type Difference, diffDocuments } from './diff.ts'
import type { DocumentWriter } from './document-writer.ts'

export interface ChangeOptions {
  /** What the document holds. Default `flags`. */
  readonly kind?: DocumentKind
  /** Who changes it, and why: goes with the version. */
  readonly by: string
  readonly reason: string
  /** Shown what would change, before it does; nothing is written unless it answers true. Default: go on. */
  readonly confirm?: (differences: readonly Difference[]) => boolean | Promise<boolean>
  /** An emergency: see `WriteOptions`. */
  readonly urgent?: boolean
  /** Only takes something back: what is wrong with the document already does not keep it from being written. */
  readonly retreat?: boolean
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/** What became of a change. `differences` tells what would have changed, or did. */
export interface Change {
  readonly written: boolean
  /** The version that is there now; undefined when there is none. */
  readonly version: string | undefined
  readonly differences: readonly Difference[]
}

/** How often somebody else may be quicker before this gives up. */
const TRIES = 5

/**
 * Changes a document: reads it, lets `edit` make the next one of a copy, checks that (`invalid-document` names all that
 * is wrong), shows the difference to `confirm`, and writes. When somebody else was quicker it begins again with what is
 * there now, so that no change is lost; after five times it rejects with `conflict`. An `edit` that changes nothing
 * writes nothing. Rejects with what `edit`, `confirm` or the writer throws; then nothing was written.
 */
export async function changeDocument(
  writer: DocumentWriter,
  edit: (document: JsonObject) => JsonObject,
  options: ChangeOptions,
): Promise<Change> {
  portOption('changeDocument writer', writer, ['read', 'write'])
  if (typeof edit !== 'function') throw invalid('changeDocument edit', 'a function', edit)
  const { confirm, urgent, retreat, signal, clock = realClock } = options
  const kind = literalOption('changeDocument kind', options.kind ?? 'flags', ['flags', 'audiences'])
  const by = textOption('changeDocument by', options.by)
  const reason = textOption('changeDocument reason', options.reason)
  const given = { ...(urgent === undefined ? {} : { urgent }), ...(signal ? { signal } : {}) }
  let overtaken = false
  const attempt = async (): Promise<Change> => {
    overtaken = false
    const now = await writer.read({ settled: urgent === true, ...(signal ? { signal } : {}) })
    const before = now?.content ?? {}
    const next: unknown = edit(structuredClone(before))
    if (!isObject(next)) throw invalid('changeDocument edit', 'a function that returns the next document', next)
    const after = JSON.parse(JSON.stringify(next)) as JsonObject
    checkContent(kind, after, urgent === true || retreat === true ? before : undefined)
    const differences = diffDocuments(before, after)
    const wanted = differences.length > 0 && (confirm === undefined || (await confirm(differences)) === true)
    if (!wanted) return { written: false, version: now?.version, differences }
    try {
      const { version } = await writer.write(after, { after: now?.version, by, reason, ...given })
      return { written: true, version, differences }
    } catch (error) {
      overtaken = isAndonError(error, 'conflict')
      throw error
    }
  }
  // Of the writer's conflicts alone: one that `edit` finds is there the next time as well.
  const retryIf = () => overtaken
  return retry(attempt, { attempts: TRIES, baseMs: 100, capMs: 2000, retryIf, clock, ...(signal ? { signal } : {}) })
}
