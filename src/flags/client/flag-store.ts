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
  readonly from: Readiness['from']
  /** Whether the newest document, or the newest audiences, were none, so that what is there is older. */
  readonly refused: boolean
  /** Resolves when everything has come from its source, and lists have been looked for. */
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
  /** Told each time there is another snapshot: of everything that an evaluation needs. */
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

  /** Of the newest document, or audiences, of each input: they were refused, and what is there is older. */
  const refused = inputs.map(() => false)
  let told: ReadonlySet<string> = new Set()

  /** Makes a snapshot of what there is, when there is everything. */
  const rebuild = () => {
    const [first, second] = pieces
    if (closed || first === undefined || pieces.includes(undefined)) return
    const version = pieces.map(piece => piece!.document.version).join('+')
    const beside = { declarations, audiences: isSource(audiences) ? (second!.read as Audiences) : audiences, lists }
    const before = current
    const made = snapshotOf(first.read as ReadDocument, version, beside, before)
    current = made.snapshot
    updated(before, made.snapshot)
    // One that stays wrong from document to document is told once; one that was right in between is told anew.
    const wrong = new Map(made.problems.map(p => [`${p.code} ${p.flag} ${p.variant} ${p.message}`, p]))
    for (const key of told) if (!wrong.has(key)) problems.mended(key)
    told = new Set(wrong.keys())
    for (const [key, problem] of wrong) problems.report(key, problemError(version, problem))
    for (const key of made.snapshot.audiences.keys()) {
      if (made.snapshot.flags.has(key) || made.snapshot.broken.has(key) || Object.hasOwn(declarations, key)) continue
      const message = `the audiences name a flag ${JSON.stringify(key)} that the document does not have`
      problems.report(`unknown flag ${key}`, new AndonError('unknown-flag', message))
    }
  }
  /** Takes a document over; false when it is none. */
  const takeOver = (input: number, document: SourceDocument, origin: Piece['origin']): boolean => {
    const { name, read } = inputs[input]!
    const had = pieces[input]
    try {
      pieces[input] = { document, read: read(document.content), origin }
      rebuild()
      return true
    } catch (error) {
      pieces[input] = had
      problems.report(
        `${name} ${document.version}`,
        isAndonError(error) ? error : new AndonError('invalid-document', messageOf(error), { cause: error }),
      )
      return false
    }
  }

  /** One write at a time, of what is newest when its turn comes. */
  let kept: Promise<void> = Promise.resolve()
  let keepAgain = false
  const keep = () => {
    if (!lastKnownGood || keepAgain) return
    keepAgain = true
    kept = kept.then(async () => {
      keepAgain = false
      try {
        const documents = pieces.map(piece => textOf(piece!.document))
        await writeLastKnownGood(lastKnownGood, { documents, savedAt: clock.now() })
        problems.mended('last-known-good write')
      } catch (error) {
        problems.report('last-known-good write', error as AndonError)
      }
    })
  }

  const handles = inputs.map(({ name, source: from }, input) =>
    from.start({
      document(document) {
        if (closed) return
        problems.mended(`source ${name}`)
        const had = pieces[input]
        const same = had?.origin === 'source' && had.document.version === document.version
        refused[input] = !same && !takeOver(input, document, 'source')
        if (refused[input]) return
        freshness.confirm(input)
        if (!pieces.every(piece => piece?.origin === 'source')) return
        arrived.resolve()
        if (!same) keep()
      },
      unchanged() {
        if (closed) return
        problems.mended(`source ${name}`)
        if (pieces[input] && !refused[input]) freshness.confirm(input)
      },
      failed(error) {
        if (!closed) problems.report(`source ${name}`, error)
      },
    }),
  )
  const stops = Object.entries(lists).map(([name, list]) =>
    list?.onChange?.(() => {
      const failure = list.lastError?.()
      if (failure)
        problems.report(`list ${name}`, new AndonError('list', `list ${name}: ${failure.message}`, { cause: failure }))
      else problems.mended(`list ${name}`)
      rebuild()
    }),
  )

  /** Read once, at the start; each part of it only counts as long as its source has said nothing. */
  const keptBefore = (async () => {
    if (!lastKnownGood) return
    try {
      const found = await readLastKnownGood(lastKnownGood)
      if (!found || closed) return
      // A time that is still to come tells nothing of the age: then it is old.
      const wall = found.savedAt > clock.now() ? 0 : found.savedAt
      inputs.forEach((_, input) => {
        const document = found.documents[input]
        if (document === undefined || pieces[input] !== undefined) return
        if (takeOver(input, document, 'last-known-good')) freshness.confirm(input, wall)
      })
    } catch (error) {
      problems.report('last-known-good read', error as AndonError)
    }
  })()
  const listsReady = Promise.all(Object.values(lists).map(async list => list?.ready?.())).catch(() => {})

  return {
    get from() {
      if (current === undefined) return 'bootstrap'
      return pieces.every(piece => piece?.origin === 'source') ? 'source' : 'last-known-good'
    },
    get refused() {
      return refused.includes(true)
    },
    arrived: Promise.all([arrived.promise, listsReady]).then(() => {}),
    keptBefore,
    async refresh() {
      await Promise.all(handles.map(handle => Promise.resolve(handle.refresh()).catch(() => {})))
    },
    async close() {
      closed = true
      for (const stop of stops) stop?.()
      await Promise.all(handles.map(handle => handle.close()))
      await kept
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
