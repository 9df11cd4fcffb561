import { guarded } from '../../core/guarded.ts'

/** A set of listeners, none of which can break whoever tells them. */
export interface Listeners<A extends readonly unknown[]> {
  add(listener: (...args: A) => void): () => void
  tell(...args: A): void
}

/** `failed` hears of listeners that throw or reject; it must not throw itself. */
export function listeners<A extends readonly unknown[]>(failed: (error: unknown) => void): Listeners<A> {
  const all = new Set<{ readonly listener: (...args: A) => void }>()
  return {
    add(listener) {
      // An entry of its own, so that one listener added twice is told twice and removed once.
      const entry = { listener }
      all.add(entry)
      return () => void all.delete(entry)
    },
    tell(...args) {
      for (const { listener } of [...all]) guarded(() => listener(...args), failed)
    },
  }
}
