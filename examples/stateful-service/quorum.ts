import type { Fleet } from './fleet.ts'
import { QUORUM, type ReplicaMap, type ReplicaSet } from './replica-map.ts'
import { NOTHING, newest, type Stamped, stampAfter } from './stamped.ts'

/** What a write came to: `acknowledged` is there for good, `refused` is not there, and of `unknown` nobody can tell. */
export type Written =
  | { readonly state: 'acknowledged' | 'unknown'; readonly stamp: string }
  | { readonly state: 'refused' }

/**
 * Reads and writes by majorities, so that of any two that were answered the later one sees the earlier one (H. Attiya,
 * A. Bar-Noy, D. Dolev, "Sharing memory robustly in message-passing systems", Journal of the ACM 42(1), 1995).
 */
export class QuorumClient {
  #fleet: Fleet
  #map: ReplicaMap

  constructor(fleet: Fleet, map: ReplicaMap) {
    this.#fleet = fleet
    this.#map = map
  }

  /** Rejects when no majority answers. */
  async read(key: string): Promise<Stamped> {
    const set = this.#map.forKey(key)
    const answers = await this.#ask(set, key)
    const best = newest(answers)
    // Nobody may read something older after this: what only some of them have is written to a majority first.
    if (best !== NOTHING && answers.some(({ stamp }) => stamp !== best.stamp)) await this.#tell(set, key, best)
    return best
  }

  /** `writer`: another one for each write, or two of them might have one stamp. */
  async write(key: string, value: string, writer: string): Promise<Written> {
    const set = this.#map.forKey(key)
    let before: Stamped
    try {
      before = newest(await this.#ask(set, key))
    } catch {
      return { state: 'refused' }
    }
    const stamp = stampAfter(before.stamp, writer)
    const told = this.#tell(set, key, { stamp, value })
    return told.then(
      () => ({ state: 'acknowledged', stamp }),
      () => ({ state: 'unknown', stamp }),
    )
  }

  async #ask(set: ReplicaSet, key: string): Promise<Stamped[]> {
    return majority(set, host => this.#fleet.ask(host, 'GET', pathOf(set, key), undefined, set.epoch)) as Promise<
      Stamped[]
    >
  }

  async #tell(set: ReplicaSet, key: string, value: Stamped): Promise<void> {
    await majority(set, host => this.#fleet.ask(host, 'PUT', pathOf(set, key), value, set.epoch))
  }
}

const pathOf = ({ id }: ReplicaSet, key: string) => `/sets/${id}/keys/${key}`

/** The first answers that are enough, or a rejection as soon as there cannot be enough. */
function majority<T>({ id, members }: ReplicaSet, ask: (host: string) => Promise<T>): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const answers: T[] = []
    let failed = 0
    for (const host of members)
      ask(host).then(
        answer => {
          if (answers.push(answer) === QUORUM) resolve(answers)
        },
        (cause: unknown) => {
          if (++failed > members.length - QUORUM) reject(new Error(`${id}: no majority answers`, { cause }))
        },
      )
  })
}
