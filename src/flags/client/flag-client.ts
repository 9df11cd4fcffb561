import type { AndonError } from '../../core/errors.ts'
import type { Attributes } from '../documents/compiled-flag.ts'
import type { Outcome } from '../evaluation/outcome.ts'
import type { FlagContext } from '../rules/compile-rule.ts'

/** What a flag came to, and why, and how old that knowledge is. */
export interface Evaluation extends Outcome {
  /** The version of the document; undefined while there is none. */
  readonly snapshotVersion: string | undefined
  /** How long ago the source last said that this is what there is, in milliseconds; undefined while there is none. */
  readonly ageMs: number | undefined
  /** Whether that is longer ago than `staleAfterMs`. The reason stays the real one. */
  readonly stale: boolean
  /** Whether the newest document, or the newest form of this flag or its audience, could not be understood: this is an older one. */
  readonly outdated: boolean
}

/**
 * Flags as they stood at one moment: what a request should hold on to from its beginning to its end. `Values` is what
 * the program declared of the attributes.
 */
export interface FlagView<Key extends string = string, Values = Readonly<Record<Key, Attributes>>> {
  /** Whether the flag is on. Synchronous, never throws, allocates nothing. A flag that nobody knows is off. */
  enabled(key: Key, context?: FlagContext): boolean
  /** The flag's attributes as this context gets them, whether or not it is on. Frozen; empty when nobody knows the flag. */
  value<K extends Key>(key: K, context?: FlagContext): Values[K & keyof Values]
  /** Everything about it. Never throws. */
  evaluate(key: Key, context?: FlagContext): Evaluation
}

/** Where the flags of a client that is ready came from. */
export interface Readiness {
  readonly from: 'source' | 'last-known-good' | 'bootstrap'
  readonly version: string | undefined
}

/** A client that keeps flags fresh and evaluates them in memory. */
export interface FlagClient<Key extends string = string, Values = Readonly<Record<Key, Attributes>>>
  extends FlagView<Key, Values> {
  /**
   * Resolves once there are flags: from the source, else, after `timeoutMs` (default 2,000), from the last known good,
   * else with what the program declared. Never hangs, and rejects (`not-ready`) only with `required: true`, when neither
   * source nor last known good gave any.
   */
  ready(options?: {
    readonly timeoutMs?: number
    readonly required?: boolean
    readonly signal?: AbortSignal
  }): Promise<Readiness>
  /** The flags of this moment, for ever. */
  snapshot(): FlagView<Key, Values>
  /** The keys that the document has now. */
  keys(): string[]
  /** Looks now. Never rejects. Events that tell of a deployment are best effort: they shorten the wait, polling goes on. */
  refresh(): Promise<void>
  /** Told when a flag is another one than before (`*`: any flag). May throw; that breaks nothing. Returns how to stop. */
  onChange(key: Key | '*', listener: (key: string, version: string) => void): () => void
  /** Told once each time the flags become stale. */
  onStale(listener: (ageMs: number) => void): () => void
  /** Told when flags that were stale are fresh again. */
  onFresh(listener: () => void): () => void
  /** Told of each problem once per document and flag, and of each failure of the source once until it works again. */
  onError(listener: (error: AndonError) => void): () => void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
