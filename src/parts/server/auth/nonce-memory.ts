/** How a nonce was received. `used`: it was seen before, or may have been. `full`: there is no room to remember it. */
export type NonceAnswer = 'new' | 'used' | 'full'

export interface NonceMemory {
  /** Remembers the nonce that `principal` signed at `at`, when it is new; `now` is the server's time. Epoch milliseconds. */
  use(principal: string, nonce: string, at: number, now: number): NonceAnswer
}

export interface NonceLimits {
  /** For how long after its time a signature is good, in milliseconds. */
  readonly skewMs: number
  readonly most: number
  readonly mostEach: number
}

const SLICES = 8

/**
 * Remembers nonces for as long as their signatures are good, in slices of time: a nonce comes back with the time that it
 * was signed with, so it can only be in one slice, and slices are forgotten whole. What is forgotten stays refused, also
 * when the clock goes back: nothing signed as early as that is new.
 */
export function nonceMemory({ skewMs, most, mostEach }: NonceLimits): NonceMemory {
  const sliceMs = Math.max(1, Math.ceil(skewMs / SLICES))
  const slices = new Map<number, Map<string, Set<string>>>()
  const counts = new Map<string, number>()
  let total = 0
  let forgottenBefore = Number.NEGATIVE_INFINITY

  const forget = (now: number) => {
    for (const [index, slice] of slices) {
      const end = (index + 1) * sliceMs
      if (end + skewMs >= now) continue
      slices.delete(index)
      forgottenBefore = Math.max(forgottenBefore, end)
      for (const [principal, { size }] of slice) {
        total -= size
        const left = (counts.get(principal) ?? 0) - size
        if (left > 0) counts.set(principal, left)
        else counts.delete(principal)
      }
    }
  }

  return {
    use(principal, nonce, at, now) {
      forget(now)
      if (at < forgottenBefore) return 'used'
      const index = Math.floor(at / sliceMs)
      let slice = slices.get(index)
      let own = slice?.get(principal)
      if (own?.has(nonce)) return 'used'
      const count = counts.get(principal) ?? 0
      if (total >= most || count >= mostEach) return 'full'
      if (!slice) slices.set(index, (slice = new Map()))
      if (!own) slice.set(copied(principal), (own = new Set()))
      own.add(copied(nonce))
      counts.set(copied(principal), count + 1)
      total++
      return 'new'
    },
  }
}

// A part of a text keeps the whole text alive, and that is a header of ten times the length.
const copied = (text: string) => Buffer.from(text, 'latin1').toString('latin1')
