/**
 * Things that come and go, in no order. A `Set` that things come to and go from all the time keeps nearly all of them
 * alive until the next full collection: V8 gives it a new table now and then, and each old table holds on to the next one
 * and to what was in it. For copies that was half of what the collector had to do.
 */
export class Crowd<T extends { place: number }> {
  readonly #members: T[] = []

  get size(): number {
    return this.#members.length
  }

  /** Somebody new; `place` is the crowd's to write. */
  add(member: T): void {
    member.place = this.#members.length
    this.#members.push(member)
  }

  /** Somebody who is in it. */
  delete(member: T): void {
    const last = this.#members.pop()!
    if (last === member) return
    this.#members[member.place] = last
    last.place = member.place
  }

  /** Those who are in it now. */
  all(): T[] {
    return [...this.#members]
  }
}
