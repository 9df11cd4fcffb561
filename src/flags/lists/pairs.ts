// 256 KiB a piece: small enough to be made, and given back, in no time.
const PIECE = 2 ** 16

/** Pairs of 32-bit numbers in the order they came, in pieces, so that no growing ever copies them. */
export class Pairs {
  count = 0
  #pieces: Int32Array[] = []
  #used = PIECE

  add(a: number, b: number): void {
    if (this.#used === PIECE) {
      this.#pieces.push(new Int32Array(PIECE))
      this.#used = 0
    }
    const piece = this.#pieces[this.#pieces.length - 1]!
    piece[this.#used] = a
    piece[this.#used + 1] = b
    this.#used += 2
    this.count++
  }

  /** Hands each pair to `take`, 1,024 between two yields, and lets go of what was handed over. */
  *drain(take: (a: number, b: number) => void): Generator<void> {
    const last = this.#pieces.length - 1
    for (let p = 0; p <= last; p++) {
      const piece = this.#pieces[p]!
      const end = p === last ? this.#used : PIECE
      for (let i = 0; i < end; i += 2) {
        take(piece[i]!, piece[i + 1]!)
        if ((i & 2047) === 0) yield
      }
      this.#pieces[p] = new Int32Array(0)
    }
    this.#pieces = []
    this.#used = PIECE
    this.count = 0
  }
}
