/** Letters, words parted by `_` or `-`, and digits only where a word ends. */
const NAME = /^[$_]{0,2}[A-Za-z](?:[A-Za-z]|[_-](?=[A-Za-z\d])|\d(?![a-z]))*_{0,2}$/
const WORDS = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g
const DIGITS = /\d/g
const LONGEST = 40
/** Random letters and digits have the form of words now and then, but not of many. */
const LONGEST_WITH_DIGITS = 20
const MOST_DIGITS = 2
const LETTERS_A_WORD = 2.3

/**
 * Whether a key looks like a name in a program: `camelCase`, `snake_case` or `kebab-case` of Latin letters, with at most
 * two digits. Everything else (an e-mail address, an id, a date, a name with blanks, dots or other letters) may be data.
 * What is data and looks like a name, as a person's first name or a short id of letters does, cannot be told from one.
 */
export function looksLikeName(key: string): boolean {
  if (key.length > LONGEST || !NAME.test(key)) return false
  const digits = key.match(DIGITS)?.length ?? 0
  if (digits > MOST_DIGITS || (digits > 0 && key.length > LONGEST_WITH_DIGITS)) return false
  const words = key.match(WORDS) ?? []
  return words.length < 3 || words.join('').length >= LETTERS_A_WORD * words.length
}
