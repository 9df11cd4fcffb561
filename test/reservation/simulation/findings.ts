import type { AndonError } from '../../../src/core/errors.ts'
import type { ReserveRequest } from '../../../src/reservation/coordinator/coordinator.ts'
import type { Reservation } from '../../../src/reservation/model/reservation.ts'
import { type Auditor, Violation } from '../support/auditor.ts'
import type { OutsideCord } from './outside-cord.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

/** What the simulation sees outside of the ledger: what clients are told, and what is done to hosts. */
export class Findings {
  readonly #world: World
  readonly #auditor: Auditor
  readonly #store: Store
  readonly #cord: OutsideCord
  /** The true time of each entry, and who ended what without its holder. */
  readonly #grantedAt = new Map<string, number>()
  readonly #cancelled = new Set<string>()
  readonly #newestToken = new Map<string, number>()
  /** Codes with which calls were refused. */
  readonly refusals = new Map<string, number>()

  constructor(world: World, auditor: Auditor, store: Store, cord: OutsideCord) {
    this.#world = world
    this.#auditor = auditor
    this.#store = store
    this.#cord = cord
  }

  /** Told of every grant when it is written. */
  granted(id: string, host: string, token: number): void {
    this.#grantedAt.set(id, this.#world.clock.now())
    this.#newestToken.set(host, token)
  }

  /** An operator takes it away from its holder. */
  cancelled(id: string): void {
    this.#cancelled.add(id)
  }

  refused(error: AndonError): void {
    this.refusals.set(error.code, (this.refusals.get(error.code) ?? 0) + 1)
    if (error.code === 'reservation-uncertain') this.#world.counts.uncertain++
    const isExpected =
      error.code.startsWith('reservation-') ||
      error.code === 'ledger-unreachable' ||
      error.code === 'break-glass-refused'
    if (!isExpected) this.#fail(`a call is refused with ${error.code}: ${error.message}`)
  }

  /** A coordinator says that it is granted. `asked`: log time when it was asked. */
  told(reservation: Reservation, holder: string, request: ReserveRequest, asked: number): void {
    this.#world.counts.told++
    const { id, token, host, expiresAt } = reservation
    const known = this.#auditor.model.granted.get(id)
    if (known?.token !== token || known.host !== host || known.holder !== holder || host !== request.host)
      return this.#fail(`${holder} is told of ${id} (token ${token}, ${host}), which is not in the ledger`)
    if (asked >= expiresAt) return this.#fail(`${holder} is told of ${id}, whose lease has ended`)
    if (request.key === undefined && this.#cord.isPulledSince(this.#grantedAt.get(id)!))
      this.#fail(`${holder} is told of ${id}, though the outside cord was pulled before it was granted`)
  }

  moment(): { readonly forward: number } {
    return { forward: this.#store.forward }
  }

  /** An agent changes its host. Whoever has it by the ledger has to be the same. */
  act(host: string, token: number, id: string, before: { readonly forward: number }): void {
    this.#world.counts.acts++
    // No lease can hold when the store's own clock is set forward, and an operator may take it away at any time.
    if (before.forward !== this.#store.forward || this.#cancelled.has(id)) return
    const newest = this.#newestToken.get(host)
    if (newest !== undefined && newest > token)
      this.#fail(`an agent acts on ${host} with token ${token}, and ${newest} has been granted since`)
  }

  #fail(what: string): void {
    this.#world.fail(new Violation(what))
  }
}
