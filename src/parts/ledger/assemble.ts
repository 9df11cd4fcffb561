import { corruptError } from './refusals.ts'

/** Pieces of at most `size` bytes: views, not copies. */
export function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

/** Puts pieces together as they come. */
export interface Assembly {
  add(piece: Uint8Array): void
  /** Throws `ledger-corrupt` unless everything is there. */
  done(): Uint8Array
}

/** For `size` bytes; `what` names them in the error. */
export function assembly(stream: string, what: string, size: number): Assembly {
  const bytes = new Uint8Array(size)
  let filled = 0
  const lost = (came: number) => corruptError(stream, `${what} has ${came} of its ${size} bytes`)
  return {
    add(piece) {
      if (filled + piece.length > size) throw lost(filled + piece.length)
      bytes.set(piece, filled)
      filled += piece.length
    },
    done() {
      if (filled !== size) throw lost(filled)
      return bytes
    },
  }
}
