/** The bytes that all copies together may hold at one time. */
export interface ByteBudget {
  /** An account for one exchange. */
  open(): ByteAccount
  readonly used: number
  /** The most that was ever held. */
  readonly peak: number
}

/** What one exchange holds. */
export interface ByteAccount {
  /** Takes so many bytes, or none at all when there is no room for them. */
  take(bytes: number): boolean
  /** Gives back everything; once. */
  close(): void
}

/** A budget of `limit` bytes: whoever comes when it is spent gets nothing, and those before keep theirs. */
export function byteBudget(limit: number): ByteBudget {
  let used = 0
  let peak = 0
  return {
    open() {
      let held = 0
      let closed = false
      return {
        take(bytes) {
          if (closed || used + bytes > limit) return false
          used += bytes
          held += bytes
          if (used > peak) peak = used
          return true
        },
        close() {
          closed = true
          used -= held
          held = 0
        },
      }
    },
    get used() {
      return used
    },
    get peak() {
      return peak
    },
  }
}
