import type { AndonError } from '../../../src/core/errors.ts'
import type { ReserveRequest } from '../../../src/reservation/coordinator/coordinator.ts'
import type { GrantedEvent } from '../../../src/reservation/model/events.ts'
import type { Reservation } from '../../../src/reservation/model/reservation.ts'
import { type Auditor, Violation } from '../support/auditor.ts'
import { ANSWER_MS } from './coordinator-host.ts'
import type { OutsideCord } from './outside-cord.ts'
import type { ServiceModel } from './service-model.ts'
import type { Cell } from './simulate.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

type Seen = Pick<Cell, 'world' | 'auditor' | 'store' | 'cord' | 'service'>

/** What the simulation sees outside of the ledger: what clients are told, and what is done to hosts. */
export class Findings {
  readonly #world: World
  readonly #auditor: Auditor
  readonly #store: Store
  readonly #cord: OutsideCord
  readonly #service: ServiceModel
  /** The true time of each entry, and who ended what without its holder. */
  readonly #grantedAt = new Map<string, number>()
  readonly #cancelled = new Set<string>()
  readonly #newestToken = new Map<string, number>()
  /** Codes with which calls were refused. */
  readonly refusals = new Map<string, number>()

  constructor({ world, auditor, store, cord, service }: Seen) {
    this.#world = world
    this.#auditor = auditor
    this.#store = store
    this.#cord = cord
    this.#service = service
  }

  /** Told of every grant when it is written. */
  granted({ id, host, token, activity }: GrantedEvent, at: number): void {
    const now = this.#world.clock.now()
    this.#grantedAt.set(id, now)
    this.#newestToken.set(host, token)
    // A store that was set is not where anybody takes it to be; drift is not more than the slack.
    if (now - this.#store.jumpedAt < 20_000) return
    const asked = this.#service.askedAt(host, activity)
    if (asked === undefined || at - asked > ANSWER_MS + 200)
      this.#fail(`${host} is granted for ${activity} at ${at}, and the service was last asked at ${asked}`)
  }

  /** An operator takes it away from its holder. */
  cancelled(id: string): void {
    this.#cancelled.add(id)
  }

  refused(error: AndonError): void {
    this.refusals.set(error.code, (this.refusals.get(error.code) ?? 0) + 1)
    if (error.code === 'reservation-uncertain') this.#world.counts.uncertain++
    const isExpected =
      error.code.startsWith('reservation-') || error.code === 'timeout' || error.code === 'break-glass-refused'
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
