import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeployRequest, HostInfo, MetricSink, RollbackRequest } from '../../src/core/index.ts'
import { placeAt, placeContains } from '../../src/core/index.ts'
import { type Balancer, type DoorCounts, startBalancer } from './balancer.ts'
import type { Fault } from './faults.ts'
import { type HostProcess, startS3rver } from './host-process.ts'
import type { RegionSetup } from './topology.ts'
import { NEW, OLD, probeVersion } from './versions.ts'

interface Host {
  readonly info: HostInfo
  readonly door: Balancer
  version: string
  process: HostProcess | undefined
  /** Changes of one host go one after the other. */
  queue: Promise<unknown>
}

/** What outlives a supervisor. */
interface Remembered {
  versions: Record<string, string>
  exposure: DoorCounts
}

interface RegionDoors {
  readonly customers: Balancer
  readonly validator: Balancer
}

/** Every host of every region, their doors, and what changes them. Lives in the supervisor. */
export class Fleet {
  readonly #hosts = new Map<string, Host>()
  readonly #doors = new Map<string, RegionDoors>()
  readonly #done = new Map<string, Promise<void>>()
  readonly #folder: string
  readonly #regions: readonly RegionSetup[]
  readonly #metrics: MetricSink
  readonly #fault: Fault | undefined
  #closing = false
  #before: DoorCounts = { total: 0, met: 0 }
  /** Called after each host that was put on the new version. */
  onDeployed: (count: number) => void = () => {}

  constructor(options: {
    folder: string
    regions: readonly RegionSetup[]
    metrics: MetricSink
    fault: Fault | undefined
  }) {
    this.#folder = options.folder
    this.#regions = options.regions
    this.#metrics = options.metrics
    this.#fault = options.fault
  }

  /** Starts the doors, then every host at the version it had when the fleet was last closed, a few at a time. */
  async start(onHealthy: (started: number, all: number) => void): Promise<void> {
    const { versions, exposure } = await this.#remembered()
    this.#before = exposure
    for (const { place, hosts } of this.#regions) {
      const doors = { customers: await startBalancer(this.#metrics), validator: await startBalancer(this.#metrics) }
      this.#doors.set(place, doors)
      await mkdir(this.dataFolder(place), { recursive: true })
      for (const info of hosts) {
        const door = info.role === 'validator' ? doors.validator : doors.customers
        this.#hosts.set(info.host, {
          info,
          door,
          version: versions[info.host] ?? OLD,
          process: undefined,
          queue: Promise.resolve(),
        })
      }
    }
    const waiting = [...this.#hosts.values()]
    let started = 0
    const worker = async () => {
      for (let host = waiting.shift(); host; host = waiting.shift()) {
        await this.#boot(host, host.version)
        onHealthy(++started, this.#hosts.size)
      }
    }
    await Promise.all([worker(), worker(), worker()])
    await this.#remember()
  }

  dataFolder(region: string): string {
    return join(this.#folder, 'data', region.replaceAll('/', '_'))
  }

  doors(region: string): RegionDoors {
    return this.#doors.get(region)!
  }

  /** How many of customers' requests met the new version, and how many there were, earlier parts of the run included. */
  get exposure(): DoorCounts {
    const all = [this.#before, ...[...this.#doors.values()].map(d => d.customers.counts)]
    return { met: all.reduce((n, c) => n + c.met, 0), total: all.reduce((n, c) => n + c.total, 0) }
  }

  hosts(place: string): HostInfo[] {
    return [...this.#hosts.values()].map(h => h.info).filter(h => placeContains(place, h.host))
  }

  deploy({ key, host, version }: Omit<DeployRequest, 'signal'>): Promise<void> {
    return this.#change(key, host, version)
  }

  rollback({ key, host, to }: Omit<RollbackRequest, 'signal'>): Promise<void> {
    return this.#change(key, host, to)
  }

  /** Seen from outside, whatever the fleet itself believes. */
  async currentVersion(place: string, signal: AbortSignal): Promise<string> {
    const host = this.#host(place)
    await host.queue.catch(() => {})
    if (!host.process) throw new Error(`${place} is down`)
    return probeVersion(host.process.origin, signal)
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#remember().catch(() => {})
    await Promise.all([...this.#hosts.values()].map(async h => h.process?.stop()))
    await Promise.all([...this.#doors.values()].flatMap(d => [d.customers.close(), d.validator.close()]))
  }

  #host(place: string): Host {
    const host = this.#hosts.get(place)
    if (!host) throw new Error(`host: expected one of the fleet's, got ${place}`)
    return host
  }

  /** Idempotent by key: work that is done or under way is not done again; what failed may be tried again. */
  #change(key: string, place: string, version: string): Promise<void> {
    const known = this.#done.get(key)
    if (known) return known
    const host = this.#host(place)
    const work = host.queue.catch(() => {}).then(() => this.#replace(host, version))
    host.queue = work
    this.#done.set(key, work)
    work.catch(() => this.#done.delete(key))
    return work
  }

  async #replace(host: Host, version: string): Promise<void> {
    await host.door.drain(host.info.host)
    await host.process?.stop()
    host.process = undefined
    host.version = version
    await this.#boot(host, version)
    await this.#remember()
    this.onDeployed([...this.#hosts.values()].filter(h => h.version === NEW).length)
  }

  async #boot(host: Host, version: string): Promise<void> {
    if (this.#closing) throw new Error('the fleet is closing')
    const place = host.info.host
    const isNew = version === NEW
    const inside = isNew && (this.#fault === 'crash' || this.#fault === 'errors') ? this.#fault : undefined
    const started = await startS3rver(version, this.dataFolder(placeAt(place, 'region')!), inside)
    host.process = started
    // In its door only once it listens; the route of a faulty version leads nowhere for customers, but not for its validator.
    const lost = isNew && this.#fault === 'silent' && host.info.role !== 'validator'
    host.door.add({ host: place, origin: started.origin, isNew, lost })
  }

  get #stateFile(): string {
    return join(this.#folder, 'fleet.json')
  }

  async #remembered(): Promise<Remembered> {
    try {
      return JSON.parse(await readFile(this.#stateFile, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return { versions: {}, exposure: { total: 0, met: 0 } }
    }
  }

  #saving: Promise<void> = Promise.resolve()
  #remember(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const versions = Object.fromEntries([...this.#hosts].map(([place, h]) => [place, h.version]))
      const all: Remembered = { versions, exposure: this.exposure }
      await writeFile(`${this.#stateFile}.tmp`, JSON.stringify(all), { mode: 0o600 })
      await rename(`${this.#stateFile}.tmp`, this.#stateFile)
    })
    return this.#saving
  }
}
