/** One thing in which the candidate's answer is another one. */
export interface AnswerDifference {
  /**
   * Where: `status`, `header:content-type`, `$.items[id=7].price` (JSON), `/order/item[2]/@id` (XML), `line 3` (text),
   * or `body`. Indexes are the primary's; of what only the candidate has, the candidate's.
   */
  readonly path: string
  /**
   * The same without what names one of many, so that differences can be counted: `$.items[*].price`, `/order/item/@id`,
   * `line`. Keys that are data rather than names (UUIDs, ULIDs, long hex, numbers, dates) are `*`: `$.byId.*.name`; where
   * values are not shown, so is every key that does not look like a name.
   */
  readonly field: string
  /** `missing`: only the primary has it. `extra`: only the candidate has it. `type`: values of different kinds. */
  readonly kind: 'changed' | 'missing' | 'extra' | 'type'
  /** Short pictures of the values, redacted; absent where there is none. */
  readonly primary?: string
  readonly candidate?: string
}

/**
 * What comparing two answers came to. There are three outcomes: the same (`equal`), different (`differences`), and
 * unknown, when neither is the case: what could be compared is the same, but not all of it could.
 */
export interface Comparison {
  /** All that the rules call for was compared, and nothing differs. Never true when `complete` is not. */
  readonly equal: boolean
  readonly differences: readonly AnswerDifference[]
  /**
   * By what the bodies were compared. `none`: they were not (truncated, too large, not decodable, ignored), and `why`
   * says so.
   */
  readonly by: 'bytes' | 'json' | 'xml' | 'text' | 'binary' | 'none'
  /** False when a budget ran out or the bodies could not be compared: there may be more differences. */
  readonly complete: boolean
  readonly why?: string
}
