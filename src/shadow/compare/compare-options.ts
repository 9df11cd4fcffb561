import type { Shape } from './values/shapes.ts'
import type { Tolerance } from './values/tolerance.ts'

/** What counts when answers are compared. Everything is optional; without options all but some headers counts. */
export interface CompareOptions {
  /**
   * What does not count, with all that is below it: paths of JSON (`$.requestId`, `$.items[*].updatedAt`, `$..etag`,
   * `$.meta.x-*`, `$['odd key']`), paths of XML (`/order/@id`, `/order/item[*]/stamp`, `//etag`), headers
   * (`header:x-cache`, `header:x-debug-*`, `header:set-cookie[session]`), `status`, `body`.
   */
  readonly ignore?: readonly string[]
  /** Names of headers that do not count, besides `IGNORED_HEADERS`; `*` stands for any characters. */
  readonly ignoreHeaders?: readonly string[]
  /** Names of headers that count although `IGNORED_HEADERS` has them. */
  readonly compareHeaders?: readonly string[]
  /**
   * Arrays whose items belong together by a field of theirs, in whatever order: `{ '$.items': 'id' }`; in XML the path
   * of the repeated element: `{ '/order/item': '@id' }`. Items of the same key pair up in their order; items without
   * the field likewise.
   */
  readonly keyed?: Readonly<Record<string, string>>
  /** Paths of arrays in which order does not count, but how often something occurs does. */
  readonly unordered?: readonly string[]
  /**
   * How far numbers may be apart: for all numbers, or by path. A plain number is absolute. In XML only texts of
   * which both are numbers. Where several paths match, the last one given counts.
   */
  readonly tolerance?: number | Tolerance | Readonly<Record<string, number | Tolerance>>
  /** Whether fields (in XML attributes, and elements of names) that only the candidate has are differences. Default `report`. */
  readonly extraFields?: 'report' | 'fine'
  /**
   * Values that count as the same when both have the same one of these shapes. `iso-date`: a date, or a date and time.
   * `uuid`, `ulid`. `epoch`: seconds or milliseconds between 2001 and 2100, as a number or digits. `hex`: 16 or more
   * hex digits, as many on both sides. In lines of text also inside of the line. Default none.
   */
  readonly normalise?: readonly Shape[] | 'all'
  /**
   * How values appear in differences: `show` cuts them to about 80 characters; `hash` gives the start of a salted
   * SHA-256, by which equal values are recognised; `none` leaves them out. Keys of items and keys that are data appear
   * in paths likewise, as a hash or as `*`. With `hash` and `none` every key of JSON, and name of XML, counts as data
   * that does not look like a name in a program (`camelCase`, `snake_case` or `kebab-case` of Latin letters, at most two
   * digits); a person's name that looks like one is shown: `ignore` what is above it. What cookies and credentials in
   * headers hold is never shown, at most hashed. Default `show`.
   */
  readonly values?: 'show' | 'hash' | 'none'
  /** The salt of `values: 'hash'`. Default: random, so that hashes compare within one comparer only. */
  readonly salt?: string
  /**
   * Gives what to show in place of a value; called with the path of every value that would be shown, inner ones of
   * objects and arrays included, and of keys that are data. When it throws, the value is not shown at all.
   */
  readonly redact?: (path: string, value: unknown) => unknown
  /** Longer bodies, once decoded, are not compared; nor is more than that ever decoded. Default 1,048,576 (1 MiB). */
  readonly maxBytes?: number
  /** After looking at so many values (or lines) the comparison of bodies ends and is incomplete. Default 100,000. */
  readonly maxNodes?: number
  /** More differences are not listed, and the comparison is incomplete. Default 100. */
  readonly maxDifferences?: number
}
