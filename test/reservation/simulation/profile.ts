import type { Random } from '../../../src/core/random.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'
import type { MaintenanceWindow, Policy } from '../../../src/reservation/model/policy.ts'
import type { Weather } from './network.ts'
import { between, oneOf, type World } from './world.ts'

/** What kind of world a seed makes. */
export interface Profile {
  readonly hosts: readonly HostRecord[]
  readonly stripes: number
  readonly coordinators: number
  readonly clients: number
  readonly hasHealthCheck: boolean
  readonly hasOutsideCord: boolean
  readonly snapshotEvery: number
  readonly keepEntries: number
  readonly everyMs: number
  /** Clients take the same few hosts again and again. */
  readonly favourites: number
  readonly weather: Weather
  readonly policy: () => Policy
}

/** Every tenth seed is the fight of 200 clients for 20 hosts. */
export function profileOf(world: World, clients?: number): Profile {
  const random = world.random('profile')
  const isFight = world.seed % 10 === 9
  const stormy = random() < 0.3
  const hosts = hostsOf(random, isFight ? 20 : between(random, 8, 24))
  const snapshots = random() < 0.6
  // Whoever is behind by two entries has to begin with a snapshot.
  const isTrimmed = random() < 0.2
  return {
    hosts,
    stripes: between(random, 3, Math.ceil(hosts.length * 0.8)),
    coordinators: isFight ? between(random, 1, 2) : between(random, 1, 3),
    clients: clients ?? (isFight ? 200 : between(random, 4, 14)),
    hasHealthCheck: random() < 0.6,
    hasOutsideCord: random() < 0.4,
    snapshotEvery: isTrimmed ? between(random, 1, 3) : snapshots ? between(random, 3, 20) : 10_000,
    keepEntries: isTrimmed ? 1 : snapshots && random() < 0.7 ? between(random, 1, 20) : Number.MAX_SAFE_INTEGER,
    everyMs: between(random, 600, 3000),
    favourites: random() < 0.5 ? between(random, 3, 8) : hosts.length,
    weather: stormy ? { loss: 0.06, repeats: 0.06, delays: 0.12 } : { loss: 0.01, repeats: 0.02, delays: 0.03 },
    policy: policies(random),
  }
}

function hostsOf(random: Random, count: number): HostRecord[] {
  const [zones, racks] = [between(random, 1, 3), between(random, 2, 5)]
  return Array.from({ length: count }, (_, i) => hostOf(random, i, zones, racks))
}

export function hostOf(random: Random, i: number, zones = 2, racks = 3): HostRecord {
  const region = i % 5 === 4 ? 'r2' : 'r1'
  const zone = `z${between(random, 1, zones)}`
  return {
    id: `aws/${region}/${region}${zone}/-/h${i}`,
    ...(random() < 0.8 && { rack: `k${between(random, 1, racks)}` }),
    ...(random() < 0.3 && { group: `g${between(random, 1, 3)}` }),
  }
}

/** Loose or tight, each rule on its own: what is loose must be held by the others. */
function policies(random: Random): () => Policy {
  const loose = random() < 0.6
  return () => {
    const maybe = <T>(share: number, value: T) => (random() < share ? value : undefined)
    const limit = () => (random() < 0.5 ? between(random, 1, loose ? 9 : 4) : { share: 0.1 + random() * 0.5 })
    const tight = (share: number) => (loose ? share / 4 : share)
    const rules = {
      maxOffline: {
        fleet: random() < tight(0.6) ? limit() : 50,
        region: random() < tight(0.4) ? limit() : 50,
        zone: random() < tight(0.4) ? limit() : 50,
        rack: random() < tight(0.6) ? between(random, 1, 2) : 50,
        group: random() < tight(0.7) ? between(random, 1, 2) : 50,
        restart: maybe(tight(0.4), limit()),
        'long-offline': maybe(tight(0.4), limit()),
        destroy: maybe(tight(0.3), between(random, 0, 2)),
      },
      minInService: maybe(tight(0.4), {
        region: maybe(0.5, random() < 0.5 ? between(random, 1, 6) : { share: random() * 0.9 }),
        zone: maybe(0.7, random() < 0.5 ? between(random, 1, 3) : { share: random() * 0.9 }),
      }),
      velocity: maybe(0.3, { grants: between(random, 1, 4), perMs: between(random, 500, 6000) }),
      windows: maybe(
        0.08,
        Array.from({ length: between(random, 1, 2) }, () => windowOf(random)),
      ),
      oneZoneAtATime: oneOf(random, loose ? (['off'] as const) : (['off', 'off', 'region', 'fleet'] as const)),
      maxCasualties: random() < tight(0.5) ? between(random, 1, 4) : 50,
      ttlMs: { default: between(random, 1500, 5000), max: between(random, 5000, 9000) },
    }
    return JSON.parse(JSON.stringify(rules)) as Policy
  }
}

/** The world begins at 21:59:30 on a Monday, UTC. */
function windowOf(random: Random): MaintenanceWindow {
  const [from, to, timeZone] = oneOf(random, [
    ['21:00', '22:00', 'UTC'],
    ['22:00', '04:00', 'UTC'],
    ['20:00', '23:59', 'UTC'],
    ['03:00', '03:30', 'Asia/Kolkata'],
    ['23:00', '07:00', 'Asia/Tokyo'],
  ] as const)
  return {
    from,
    to,
    timeZone,
    ...(random() < 0.3 && { activities: ['restart'] }),
    ...(random() < 0.2 && { places: ['aws/r1'] }),
    ...(random() < 0.3 && { days: [1] }),
  }
}
