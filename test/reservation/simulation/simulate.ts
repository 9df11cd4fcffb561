import type { ReservationEvent } from '../../../src/reservation/model/events.ts'
import { type Auditor, auditor as createAuditor } from '../support/auditor.ts'
import { Automation } from './automation.ts'
import { unleash } from './chaos.ts'
import { CoordinatorHost } from './coordinator-host.ts'
import { finale } from './finale.ts'
import { Findings } from './findings.ts'
import { Network } from './network.ts'
import { Operator } from './operator.ts'
import { OutsideCord } from './outside-cord.ts'
import { PlacementModel } from './placement-model.ts'
import { type Profile, profileOf } from './profile.ts'
import { compareSnapshot } from './replica.ts'
import { ServiceModel } from './service-model.ts'
import { Store } from './store.ts'
import { between, type Fault, World } from './world.ts'

export interface SimulateOptions {
  readonly seed: number
  /** After how many everything is healed. */
  readonly steps: number
  readonly without?: readonly Fault[]
  /** Default: what the seed says. */
  readonly clients?: number
}

export interface SimulationResult {
  readonly seed: number
  /** With those that healing took. */
  readonly steps: number
  readonly failure: unknown
  /** At which step it was found. */
  readonly counts: Readonly<Record<string, number>>
  readonly refusals: ReadonlyMap<string, number>
}

/** Everything that is in one run. */
export interface Cell {
  readonly world: World
  readonly profile: Profile
  readonly network: Network
  readonly store: Store
  readonly service: ServiceModel
  readonly placement: PlacementModel
  readonly cord: OutsideCord
  readonly coordinators: readonly CoordinatorHost[]
  readonly automations: readonly Automation[]
  readonly operator: Operator
  readonly auditor: Auditor
}

/** Runs one world: the same one for the same options, always. */
export async function simulate({ seed, steps, without = [], clients }: SimulateOptions): Promise<SimulationResult> {
  const world = new World(seed, without)
  const unhandled = (error: unknown) => world.fail(error)
  process.on('unhandledRejection', unhandled)
  try {
    const { cell, findings } = worldOf(world, clients)
    await world.run(() => world.steps >= steps)
    if (world.failure === undefined) await finale(cell).catch(error => world.fail(error))
    const counts = { ...world.counts, ...cell.auditor.counts }
    return { seed, steps: world.steps, failure: world.failure, counts, refusals: findings.refusals }
  } finally {
    process.off('unhandledRejection', unhandled)
  }
}

function worldOf(world: World, clients: number | undefined): { cell: Cell; findings: Findings } {
  const profile = profileOf(world, clients)
  const network = new Network(world, profile.weather)
  const placement = new PlacementModel(
    profile.hosts.map(h => h.id),
    profile.stripes,
    world.random('placement'),
  )
  const service = new ServiceModel(world, placement, () => store.now())
  const cord = new OutsideCord(world)
  const { hasHealthCheck } = profile
  const auditor = createAuditor({ stripes: version => placement.stripes(version), hasHealthCheck })
  const store: Store = new Store(
    world,
    entry => {
      auditor.read(entry)
      for (const event of entry.events as readonly ReservationEvent[])
        if (event.type === 'granted') findings.granted(event, entry.at)
    },
    (name, sequence, bytes) => compareSnapshot(store.entries, name, sequence, bytes),
  )
  const findings = new Findings({ world, auditor, store, cord, service })
  const around = { world, profile, network, store, service, cord }
  const coordinators = Array.from({ length: profile.coordinators }, (_, i) => new CoordinatorHost(`c${i}`, around))
  const automations: Automation[] = []
  const base = { ...around, placement, coordinators, automations, auditor }
  const cell: Cell = { ...base, operator: undefined as unknown as Operator }
  const operator = new Operator(cell, findings)
  Object.assign(cell, { operator })
  for (let i = 0; i < profile.clients; i++) automations.push(new Automation(`a${i}`, cell, findings))
  const random = world.random('begin')
  const guarded = (work: Promise<unknown>) => void work.catch(error => world.fail(error))
  const rounds = () =>
    world.clock.setTimer(between(random, 100, 900), () => {
      if (world.healed) return
      operator.process.run(() => guarded(operator.act()))
      rounds()
    })
  guarded(
    operator.begin().then(() => {
      for (const automation of automations) guarded(automation.live())
      rounds()
      unleash(cell)
    }),
  )
  return { cell, findings }
}
