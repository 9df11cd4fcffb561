/**
 * Ids that are in, or not: exact, never probabilistic, and never changed once built. Strings are compared unit by unit:
 * '000123456789' and '123456789' are two ids, and so are two spellings of one letter in Unicode.
 */
export interface IdList {
  /** How many different ids there are. */
  readonly size: number
  /** What its tables take, in bytes: 13.3 an id for strings of up to 18 digits, that and the text for others. */
  readonly bytes: number
  /**
   * Names the content: the size and a 64-bit checksum over the set, the same whatever the order, the duplicates and the
   * format were. It tells versions apart in logs and events; it is no cryptographic digest.
   */
  readonly version: string
  /** Synchronous and never throws: what is no string is in no list. Allocates nothing. */
  has(id: string): boolean
}

/** The longest id, in UTF-16 units. */
export const LONGEST_ID = 512
