import { createHash } from 'node:crypto'
import type { Placement } from './andon.ts'
import { FLEET } from './topology.ts'

export const QUORUM = 2

/** Which hosts have a set's data, and since which change. */
export interface ReplicaSet {
  readonly id: string
  readonly epoch: number
  readonly members: readonly string[]
  /** A member that does not have its data yet. */
  readonly rebuilding?: string
}

/** Where everything is: what the control plane of the service knows, and the only one who changes it. */
export class ReplicaMap {
  #sets = new Map<string, ReplicaSet>()
  #version = 1

  constructor(sets: ReadonlyMap<string, readonly string[]>) {
    for (const [id, members] of sets) this.#sets.set(id, { id, epoch: 1, members })
  }

  all(): readonly ReplicaSet[] {
    return [...this.#sets.values()]
  }

  of(host: string): readonly ReplicaSet[] {
    return this.all().filter(set => set.members.includes(host))
  }

  forKey(key: string): ReplicaSet {
    const number = createHash('sha256').update(key).digest().readUInt32BE(0)
    return this.all()[number % this.#sets.size]!
  }

  change(set: ReplicaSet): void {
    this.#sets.set(set.id, set)
    this.#version++
  }

  /** The same for whoever wants to know what is hurt if a host goes. */
  placement(): Placement {
    return {
      version: this.#version,
      hosts: FLEET.map(({ id }) => id),
      stripes: this.all().map(({ id, members, rebuilding }) => ({
        kind: 'replicas',
        id,
        members,
        writeQuorum: QUORUM,
        readQuorum: QUORUM,
        ...(rebuilding !== undefined && { rebuilding: [rebuilding] }),
      })),
    }
  }
}
