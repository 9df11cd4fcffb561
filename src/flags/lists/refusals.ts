import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'

/** A place in a list's text, both counted from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The text is not a list. The whole of it is refused; mend it where the message points. */
export const malformed = (name: string, { line, column }: Position, expected: string, came: string) =>
  new AndonError('list-malformed', `${name}: line ${line}, column ${column}: expected ${expected}, got ${came}`)

/** More than the list may hold. Raise `maxIds` if that many are meant. */
export const tooManyIds = (name: string, most: string) =>
  new AndonError('list-too-large', `${name}: expected at most ${most}, got more`)

/** The new version lacks too much of the old one. Swap it in with `force` if that is meant. */
export const shrunk = (name: string, from: number, to: number, maxShrink: number) =>
  new AndonError(
    'list-shrunk',
    `${name}: expected a list that shrinks by at most ${share(maxShrink)} in one update, got one of ${to} ids for one of ${from} (${share(1 - to / from)})`,
  )

/** The file could not be read, or was written to while it was. The next look may succeed. */
export const unreadable = (name: string, cause: unknown) =>
  new AndonError('list-unreadable', `${name}: ${messageOf(cause)}`, { cause })

/** A share in words; never rounded so far that two different ones look alike. */
const share = (value: number) => `${Number((value * 100).toPrecision(6))} %`
