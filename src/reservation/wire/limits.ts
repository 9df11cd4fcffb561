/** What requests may hold at most; the document and the parsers go by these. */
export const REQUEST_LIMITS = /* @__PURE__ */ Object.freeze({
  /** Characters of an id, a key or the name of a rack, a group or a stripe. */
  name: 256,
  /** Characters of a host's place. */
  host: 512,
  /** Characters of a reason. */
  reason: 2000,
  /** Milliseconds: a year. The policy allows less. */
  ttlMs: 31_536_000_000,
  /** Milliseconds: a day. One request waits less; whoever wants to wait longer asks again with the same key. */
  waitMs: 86_400_000,
  keepPlaceMs: 60_000,
  /** Stripes that a break-glass may name. */
  stripes: 1000,
  /** Hosts of one change of the fleet. */
  hosts: 5000,
  /** Entries of the audit log in one answer. */
  audit: 1000,
})
