/** One thing that happened: plain JSON, whatever else is in it. */
export interface LedgerEvent {
  readonly type: string
}

/** What one append wrote. */
export interface LedgerEntry {
  /** 1, 2, … per stream, without gaps. */
  readonly sequence: number
  /** Log time, in epoch milliseconds: the store's clock, and never less than that of the entry before. */
  readonly at: number
  readonly events: readonly LedgerEvent[]
}

/** What to append, and on which terms. */
export interface LedgerAppend {
  /** Names the log, in 1 to 200 characters without control characters. It begins to exist with its first entry. */
  readonly stream: string
  /** The last sequence that the writer knows of, 0 for none. Anything else in the store is a conflict. */
  readonly after: number
  /** One or more: all of them in one entry, one commit, or none. */
  readonly events: readonly LedgerEvent[]
  /** Refused (`early`) unless the entry's log time is at least this, in epoch milliseconds. */
  readonly notBefore?: number
  /** Refused (`late`) unless the entry's log time is before this, in epoch milliseconds. */
  readonly before?: number
}

/**
 * What became of an append. With `ok`, the entry is durable. Without, nothing was written. `now` is the log time that the
 * entry would have had; `head` is the newest sequence that the refusal told of, and there may be newer ones.
 */
export type LedgerAnswer =
  | { readonly ok: true; readonly sequence: number; readonly at: number }
  | {
      readonly ok: false
      readonly why: 'conflict' | 'early' | 'late'
      readonly now: number
      readonly head: number
    }

/** Some of a stream. */
export interface LedgerPage {
  /** In order, without gaps. */
  readonly entries: readonly LedgerEntry[]
  /** The newest sequence in the store; 0 for a stream that is not there. Less than what was known: the store lost some. */
  readonly head: number
  /** The log time that an entry would have now. */
  readonly now: number
}

/** Whatever a reader made out of the entries up to `sequence`. */
export interface LedgerSnapshot {
  readonly sequence: number
  /** The log time up to which it is. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** What every call takes. */
export interface LedgerCall {
  /** Rejects with its reason; what the store was told already may still happen. */
  readonly signal?: AbortSignal
}

/**
 * Append-only, durable logs, each entry written only if nobody wrote in between. State is the fold of a stream's entries:
 * whoever decides something by that state appends the decision, and it counts if the append did.
 *
 * **Only the store's clock decides.** Log time is `max(the entry before, the store's clock)`: it never goes back, even when
 * that clock does, and `notBefore` and `before` are judged against the very `at` that the entry gets. What a client's clock
 * says does not matter.
 *
 * **A rejected append is unknown**, never "not written": time-outs, aborts, connections that break. Read on from what is
 * known, and look; who puts an id into its events recognises its own. Only `invalid-option`, `ledger-closed` and
 * `missing-package` say that nothing was sent.
 *
 * **A slot is written once, for ever.** A writer that slept while others appended and trimmed gets `conflict`.
 *
 * No call hangs: each question to the store ends within `timeoutMs`. Errors (`AndonError`): `ledger-unreachable` (away,
 * too slow, or cannot write), `ledger-corrupt` (what is there cannot be read, or has a gap), `ledger-trimmed`,
 * `ledger-closed`, `ledger-error` (whatever else the store says), `missing-package`, `invalid-option`.
 */
export interface Ledger {
  append(entry: LedgerAppend, call?: LedgerCall): Promise<LedgerAnswer>
  /**
   * Entries after the sequence `after`, at most `limit` (default 10,000) of them. Throws `ledger-trimmed` when the first of
   * them is gone: begin with a snapshot. What it returns is nobody's to change.
   */
  read(stream: string, after: number, options?: { readonly limit?: number } & LedgerCall): Promise<LedgerPage>
  /**
   * Keeps up to 200 MiB under a name (`A–Z a–z 0–9 . _ -`, at most 64) beside the stream, in place of what had the name
   * before; does nothing when that is of a newer sequence. All of it or nothing.
   */
  saveSnapshot(
    stream: string,
    name: string,
    sequence: number,
    at: number,
    bytes: Uint8Array,
    call?: LedgerCall,
  ): Promise<void>
  /** The newest of that name. */
  snapshot(stream: string, name: string, call?: LedgerCall): Promise<LedgerSnapshot | undefined>
  /** Forgets the entries up to and with `upTo`, but never the newest one. */
  trim(stream: string, upTo: number, call?: LedgerCall): Promise<void>
  /** All that have an entry, by name. */
  streams(call?: LedgerCall): Promise<readonly string[]>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
