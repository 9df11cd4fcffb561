/** Remembers the last `most` ids; `saw` tells whether it is one of them, and makes it one. */
export function recentIds(most: number): { saw(id: string): boolean } {
  const ids = new Set<string>()
  return {
    saw(id) {
      const known = ids.delete(id)
      ids.add(id)
      if (ids.size > most) ids.delete(ids.values().next().value!)
      return known
    },
  }
}
