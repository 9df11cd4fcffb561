import type { Random } from '../../../src/core/random.ts'
import type { Activity } from '../../../src/core/safety-check.ts'
import type { AuditStripe } from '../support/audit-model.ts'
import { between, oneOf } from './world.ts'

/** Where the data is, in all the versions that there ever were. Looks at everything each time. */
export class PlacementModel {
  readonly #versions: (readonly AuditStripe[])[] = []
  readonly #hosts: readonly string[]
  readonly #random: Random

  constructor(hosts: readonly string[], stripes: number, random: Random) {
    this.#hosts = hosts
    this.#random = random
    this.#versions.push(Array.from({ length: stripes }, (_, i) => this.#stripe(`s${i}`)))
  }

  get version(): number {
    return this.#versions.length
  }

  stripes(version: number): readonly AuditStripe[] | undefined {
    return this.#versions[version - 1]
  }

  /** Some of the data goes elsewhere. */
  move(): void {
    const next = [...this.#versions.at(-1)!]
    for (let moves = between(this.#random, 1, 3); moves > 0; moves--) {
      const at = Math.floor(this.#random() * next.length)
      next[at] = this.#stripe(next[at]!.id)
    }
    this.#versions.push(next)
  }

  /** The stripes that lose too many when this host goes too. */
  hurt(version: number, host: string, activity: Activity, gone: Iterable<string>): string[] {
    const away = new Set(gone)
    away.add(host)
    return this.stripes(version)!
      .filter(s => s.members.includes(host) && s.members.filter(m => away.has(m)).length > s.tolerance[activity])
      .map(s => s.id)
  }

  #stripe(id: string): AuditStripe {
    const size = between(this.#random, 3, 5)
    const members = new Set<string>()
    while (members.size < Math.min(size, this.#hosts.length)) members.add(oneOf(this.#random, this.#hosts))
    const restart = between(this.#random, 1, 2)
    return {
      id,
      members: [...members],
      tolerance: { restart, 'long-offline': 1, destroy: between(this.#random, 0, 1) },
    }
  }
}
