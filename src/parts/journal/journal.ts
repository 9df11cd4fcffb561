/** One thing that happened, as plain JSON. `type` says what it is; the rest is the writer's. */
export interface JournalEvent {
  readonly type: string
}

/** An event as it stands in the journal. */
export interface JournalEntry<E extends JournalEvent = JournalEvent> {
  readonly run: string
  /** 1 for the first, then without gaps. */
  readonly sequence: number
  /** The fencing token of the lease under which it was written. */
  readonly token: number
  /** When the store took it, in epoch milliseconds by the store's clock. */
  readonly at: number
  readonly event: E
}

/** The right to write to one run. Whoever holds a newer one shuts out all older ones, for ever. */
export interface JournalLease {
  readonly run: string
  readonly holder: string
  /** Strictly increasing per run. */
  readonly token: number
  /** By the store's clock, in epoch milliseconds; moves with `renew`. */
  readonly expiresAt: number
  /** Extends by the lease's time to live. Throws `journal-fenced` once somebody else has taken the run. */
  renew(): Promise<void>
  /** Gives the run back at once. Does nothing when somebody else has it. */
  release(): Promise<void>
}

/** One run at a glance. */
export interface JournalRun {
  readonly run: string
  readonly entries: number
  readonly lastAt: number
}

/**
 * An append-only, durable record of runs: intent before effect, outcome after, one append a transition. A promise that
 * resolves means that the entry survives kill −9 (and, where the store is on disk, loss of power). Reading needs no
 * lease and goes on while others write.
 *
 * Errors (`AndonError`): `journal-held` (somebody else has the run), `journal-fenced` (the token is not the newest:
 * stop at once, another writer has taken over), `journal-conflict` (the sequence is not the one expected),
 * `journal-unwritable` (read-only, or the disk is full), `journal-unreadable` (there is no such file), `journal-corrupt`
 * (an entry cannot be read), `journal-closed`, `journal-error` (what else the store says: no database, busy), and
 * `invalid-option` for an event that could not be read back.
 */
export interface Journal {
  /** Appends after `expectedSequence` (0 for an empty run) under the lease's `token`; resolves to the new sequence. */
  append<E extends JournalEvent>(run: string, expectedSequence: number, token: number, event: E): Promise<number>
  /** Entries in order, from sequence `from` (default 1) to what is there when the end is reached. */
  read(run: string, options?: { readonly from?: number; readonly signal?: AbortSignal }): AsyncIterable<JournalEntry>
  /** Takes the run for `ttlMs` when it is free or its lease has expired. Only the store's clock decides that. */
  lease(run: string, holder: string, ttlMs: number): Promise<JournalLease>
  /** All runs, the one last written first. */
  runs(): Promise<readonly JournalRun[]>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
