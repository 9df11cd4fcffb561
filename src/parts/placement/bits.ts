/** How many bits of a 32-bit word are set. */
export function countBits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The place of the lowest bit that is set; -1 for none. */
export const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

/** The place of the n-th bit that is set, counted from the lowest, which is number 0. */
export function nthBit(word: number, n: number): number {
  let rest = word
  for (let i = 0; i < n; i++) rest &= rest - 1
  return lowestBit(rest)
}
