import type { Ladder } from './ladder.ts'

/** Ids in memory: an `IdList`, a `Set`, or anything that knows whether it has one. */
export interface IdSet {
  has(id: string): boolean
  /** False while it has not been loaded: it denies everybody then, and allows nobody. Absent: it is. */
  readonly loaded?: boolean
  /** Resolves when it has been loaded, or could not be; a client's `ready` waits for it. */
  ready?(): Promise<unknown>
  /** The list as it stands now, which does not change any more; a snapshot holds on to it. Absent: the list itself. */
  readonly current?: IdSet
  /** Tells of each new content. */
  onChange?(listener: () => void): () => void
  /** Why the newest content could not be had; undefined when it could. */
  lastError?(): Error | undefined
}

/** Some ids in the file itself, or the name of a list that is kept elsewhere. */
export type ListReference = readonly string[] | { readonly list: string }

/**
 * Who gets a flag, beside its document. Asked in this order: kill switch, deny, allow, cohorts, then the document's
 * variant rules, then the percentage, then the document's default.
 */
export interface Audience {
  /** The name of the context value that lists and shares go by. */
  readonly key: string
  /** Off for everybody, whatever else is said. */
  readonly kill?: boolean
  readonly deny?: ListReference
  readonly allow?: ListReference
  /** The first one that the context belongs to decides. */
  readonly cohorts?: readonly Cohort[]
  /** On for this share of all, 0–1, of those that nothing before decided for. */
  readonly percentage?: number
  /**
   * Opens the cohorts one after the other, and then everybody. The cohorts that it names have no share of their own,
   * and a ladder that ends with `all` takes the place of `percentage`.
   */
  readonly ladder?: Ladder
}

/** A group that a flag is opened to, whole or in part. */
export interface Cohort {
  readonly name: string
  /** Its members by id … */
  readonly list?: ListReference
  /** … or by a rule. One of the two. */
  readonly rule?: string
  /** The share of its members that get the flag, 0–1. Default 1. */
  readonly share?: number
}

/** The audiences of a document's flags, by flag. */
export type Audiences = Readonly<Record<string, Audience>>
