import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Audiences, IdSet } from '../audiences/audience.ts'
import { readAudiences } from '../audiences/read-audiences.ts'
import type { FlagDeclarations } from '../define-flags.ts'
import { type ReadDocument, readDocument } from '../documents/read-document.ts'
import type { FlagSource, SourceDocument } from '../source.ts'
import type { Readiness } from './flag-client.ts'
import type { Freshness } from './freshness.ts'
import {
  type KeptDocument,
  type LastKnownGoodOptions,
  readLastKnownGood,
  writeLastKnownGood,
} from './last-known-good.ts'
import type { Problems } from './problems.ts'
import { problemError, type Snapshot, snapshotOf } from './snapshot.ts'

/** What a client knows of its flags, and keeps up to date. */
export interface FlagStore {
  /** Undefined until there is everything that an evaluation needs. */
  readonly current: Snapshot | undefined
  readonly from: Readiness['from']
  /** Resolves when everything has come from its source. */
  readonly arrived: Promise<void>
  /** Resolves when the last known good has been read, or there is none. */
  readonly keptBefore: Promise<void>
  refresh(): Promise<void>
  close(): Promise<void>
}

export interface FlagStoreOptions {
  readonly source: FlagSource
  readonly declarations: FlagDeclarations
  /** Audiences from a source of their own, or once and for all. */
  readonly audiences: FlagSource | Audiences
  readonly lists: Readonly<Record<string, IdSet>>
  readonly lastKnownGood: LastKnownGoodOptions | undefined
  readonly freshness: Freshness
  readonly problems: Problems
  readonly clock: Clock
  /** Told after `current` has become another one. */
  readonly updated: (before: Snapshot | undefined, after: Snapshot) => void
}

/** One of the things that a snapshot is made of, as it was read last. */
interface Piece {
  readonly document: SourceDocument
  readonly read: unknown
  readonly origin: 'source' | 'last-known-good'
}

/**
 * Follows the document's source and, where audiences have one, theirs. A snapshot is made when all of it is there: flags
 * are never evaluated without the deny lists that belong to them. What cannot be read changes nothing.
 */
export function createFlagStore(options: FlagStoreOptions): FlagStore {
  const { source, declarations, audiences, lists, lastKnownGood, freshness, problems, clock, updated } = options
  const inputs = isSource(audiences)
    ? [
        { name: 'document', source, read: readDocument },
        { name: 'audiences', source: audiences, read: readAudiences },
      ]
    : [{ name: 'document', source, read: readDocument }]
  const pieces: (Piece | undefined)[] = inputs.map(() => undefined)
  const arrived = Promise.withResolvers<void>()
  let current: Snapshot | undefined
  let closed = false

  /** Takes a document over; false when it is none. */
  const takeOver = (input: number, document: SourceDocument, origin: Piece['origin']): boolean => {
    const { name, read } = inputs[input]!
    try {
      const next: (Piece | undefined)[] = pieces.with(input, { document, read: read(document.content), origin })
      pieces[input] = next[input]
      const [first, second] = next
      if (first === undefined || next.includes(undefined)) return true
      const version = next.map(piece => piece!.document.version).join('+')
      const beside = isSource(audiences) ? (second!.read as Audiences) : audiences
      const before = current
      const made = snapshotOf(first.read as ReadDocument, version, { declarations, audiences: beside, lists }, before)
      current = made.snapshot
      updated(before, made.snapshot)
      for (const problem of made.problems)
        problems.report(`${version} ${problem.flag} ${problem.variant}`, problemError(version, problem))
      return true
    } catch (error) {
      problems.report(
        `${name} ${document.version}`,
        isAndonError(error) ? error : new AndonError('invalid-document', messageOf(error), { cause: error }),
      )
      return false
    }
  }

  const keep = async () => {
    if (!lastKnownGood) return
    try {
      const documents = pieces.map(piece => textOf(piece!.document))
      await writeLastKnownGood(lastKnownGood, { documents, savedAt: clock.now() })
      problems.mended('last-known-good write')
    } catch (error) {
      problems.report('last-known-good write', error as AndonError)
    }
  }

  const handles = inputs.map(({ name, source: from }, input) => {
    /** The newest document was refused: that the source has nothing newer does not make the old one fresh. */
    let refused = false
    return from.start({
      document(document) {
        if (closed) return
        problems.mended(`source ${name}`)
        const had = pieces[input]
        const same = had?.origin === 'source' && had.document.version === document.version
        refused = !same && !takeOver(input, document, 'source')
        if (refused) return
        freshness.confirm(input)
        if (!pieces.every(piece => piece?.origin === 'source')) return
        arrived.resolve()
        if (!same) void keep()
      },
      unchanged() {
        if (closed) return
        problems.mended(`source ${name}`)
        if (pieces[input] && !refused) freshness.confirm(input)
      },
      failed(error) {
        if (!closed) problems.report(`source ${name}`, error)
      },
    })
  })

  /** Read once, at the start; each part of it only counts as long as its source has said nothing. */
  const keptBefore = (async () => {
    if (!lastKnownGood) return
    try {
      const kept = await readLastKnownGood(lastKnownGood)
      if (!kept || closed) return
      inputs.forEach((_, input) => {
        const document = kept.documents[input]
        if (document === undefined || pieces[input] !== undefined) return
        if (takeOver(input, document, 'last-known-good')) freshness.confirm(input, kept.savedAt)
      })
    } catch (error) {
      problems.report('last-known-good read', error as AndonError)
    }
  })()

  return {
    get current() {
      return current
    },
    get from() {
      if (current === undefined) return 'bootstrap'
      return pieces.every(piece => piece?.origin === 'source') ? 'source' : 'last-known-good'
    },
    arrived: arrived.promise,
    keptBefore,
    refresh: async () => void (await Promise.all(handles.map(handle => handle.refresh()))),
    async close() {
      closed = true
      await Promise.all(handles.map(handle => handle.close()))
      await keptBefore
    },
  }
}

/** An audience of a flag called `start` is no function. */
export const isSource = (value: FlagSource | Audiences): value is FlagSource =>
  typeof (value as Partial<FlagSource>).start === 'function'

const textOf = ({ content, version }: SourceDocument): KeptDocument => ({
  version,
  content: typeof content === 'string' ? content : JSON.stringify(content),
})
