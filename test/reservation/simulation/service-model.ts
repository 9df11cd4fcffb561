import type { Random } from '../../../src/core/random.ts'
import type { SafetyCheck, SafetyRequest } from '../../../src/core/safety-check.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import type { Network } from './network.ts'
import type { PlacementModel } from './placement-model.ts'
import { Process } from './process.ts'
import { between, oneOf, type World } from './world.ts'

/** The service that owns the data: mostly honest and quick, and every now and then whatever a service can be. */
export class ServiceModel {
  readonly process: Process
  readonly #world: World
  readonly #placement: PlacementModel
  readonly #random: Random
  readonly #storeTime: () => number
  /** When it was asked last about a host and what is to be done to it. */
  readonly #asked = new Map<string, number>()
  #isDown = false

  constructor(world: World, placement: PlacementModel, storeTime: () => number) {
    this.#world = world
    this.#placement = placement
    this.#storeTime = storeTime
    this.#random = world.random('service')
    this.process = new Process(world)
  }

  /** By the store's time; undefined: never. */
  askedAt(host: string, activity: string): number | undefined {
    return this.#asked.get(`${host} ${activity}`)
  }

  fall(): void {
    this.#isDown = true
  }

  rise(): void {
    this.#isDown = false
  }

  /** As a coordinator sees it. */
  from(process: Process, network: Network): SafetyCheck {
    return {
      isSafeToReserve: request =>
        network.call(
          process,
          () => this.process,
          10_000,
          () => this.#answer(request),
        ),
    }
  }

  async #answer(request: SafetyRequest): Promise<Verdict> {
    const random = this.#random
    if (this.#isDown && !this.#world.healed) return new Promise(() => {})
    this.#asked.set(`${request.host} ${request.activity}`, this.#storeTime())
    const isSlow = this.#world.has('slow-service')
    const takes = isSlow && random() < 0.1 ? between(random, 200, 4000) : between(random, 1, 60)
    // What it says is what was true when it was asked, however long it takes to say so.
    const answer = this.#world.has('lies') && random() < 0.12 ? this.#lie(request) : this.#truth(request)
    await new Promise<void>(resolve => this.#world.clock.setTimer(takes, resolve))
    if (answer instanceof Error) throw answer
    return answer as Verdict
  }

  #truth(request: SafetyRequest, version = this.#placement.version): Verdict {
    const { host, activity, unavailable, requestId } = request
    const hurt = this.#placement.hurt(
      version,
      host,
      activity,
      unavailable.map(u => u.host),
    )
    const evidence = { requestId, host, activity, placementVersion: version, hurt, hurtCount: hurt.length }
    const reasons = hurt.length > 0 ? [{ code: 'hurt', message: hurt.join(' ') }] : []
    return {
      decision: hurt.length > 0 ? 'stop' : 'go',
      reasons,
      subject: { place: host },
      source: 'store',
      at: 0,
      evidence,
    }
  }

  /** Each of them says go, or looks as if it did. */
  #lie(request: SafetyRequest): unknown {
    const go = { ...this.#truth(request), decision: 'go' }
    const said = go.evidence as Record<string, unknown>
    const other = { host: `${request.host}x`, requestId: 'another', activity: 'repaint' }
    const field = oneOf(this.#random, ['host', 'requestId', 'activity'] as const)
    const older = Math.max(1, this.#placement.version - between(this.#random, 1, 3))
    return oneOf<() => unknown>(this.#random, [
      () => ({ ...go, evidence: { ...said, [field]: other[field] } }),
      () => ({ ...go, evidence: { ...said, [field]: other[field] } }),
      () => ({ ...go, evidence: { ...said, placementVersion: '7' } }),
      () => ({ ...go, evidence: { ...said, placementVersion: undefined } }),
      () => ({ ...go, evidence: undefined }),
      () => ({ ...go, decision: 'GO' }),
      () => ({ ...go, reasons: 'none' }),
      () => ({ ...go, subject: { place: `${request.host}x` } }),
      () => ({ ...go, validUntil: 1 }),
      () => 'go',
      () => null,
      () => new Error('out of order'),
      () => this.#truth(request, older),
      () => this.#truth(request, older),
    ])()
  }
}
