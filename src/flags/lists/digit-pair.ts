/** The longest string of digits that fits a pair; a longer one is kept as text. */
export const MOST_DIGITS = 18
/** Digits in the first number of a pair: a 1 and nine digits fit 31 bits. */
export const FIRST_DIGITS = 9

/**
 * The digits of `text` from `from` to `to` (at most 9) as one whole number with a 1 before them, so that leading zeros
 * count: '' is 1, '0' is 10, '00' is 100. -1 when one of them is no ASCII digit.
 *
 * A string of up to 18 digits is the pair of its first nine and the rest (0 when there is no rest). No two strings have
 * the same pair, no pair begins with 0, and every number stays a small integer that V8 never puts on the heap.
 */
export function digitPart(text: string, from: number, to: number): number {
  let number = 1
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}
