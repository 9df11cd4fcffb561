import type { Deployer } from '../core/deployer.ts'
import { AndonError } from '../core/errors.ts'
import { describe } from '../core/options.ts'
import { type PlaceId, placeContains, placeLevel } from '../core/place.ts'

export interface DeployerContractOptions {
  readonly deployer: Deployer
  /** A region whose hosts may be changed; at least its first serving host will be. */
  readonly place: PlaceId
  /** A version that its hosts do not run now. */
  readonly version: string
  /** A version that cannot be deployed, when there is such a thing. */
  readonly impossibleVersion?: string
  /** How long one call may take, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number
}

/** One promise of the port, as a test: `run` rejects when it is not kept. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * What every `Deployer` must keep, as tests for any test runner, in order. They change a host for real and leave it at
 * the version it had. Run them against yours, in an environment made for that.
 */
export function deployerContract(options: DeployerContractOptions): ContractCase[] {
  const { deployer, place, version, impossibleVersion, timeoutMs = 60_000 } = options
  const signal = () => AbortSignal.timeout(timeoutMs)
  const stamp = `contract-${place}-${version}`
  const serving = async () => {
    const hosts = await deployer.hosts(place, { signal: signal() })
    const host = hosts.find(h => h.role !== 'validator')?.host
    if (host === undefined) throw broken(`expected a serving host in ${place}, got none`)
    return host
  }
  const runs = async (host: PlaceId, wanted: string) => {
    const actual = await deployer.currentVersion(host, { signal: signal() })
    if (actual !== wanted) throw broken(`${host}: expected version ${wanted}, got ${describe(actual)}`)
  }
  const rejects = async (what: string, call: () => Promise<unknown>) => {
    const rejected = await call().then(
      () => false,
      () => true,
    )
    if (!rejected) throw broken(`${what}: expected a rejection, and it resolved`)
  }
  let before = ''
  const back = async (key: string) =>
    deployer.rollback({ key: `${stamp}-${key}`, host: await serving(), to: before, signal: signal() })
  const forth = async (key: string) =>
    deployer.deploy({ key: `${stamp}-${key}`, host: await serving(), version, signal: signal() })

  const cases: ContractCase[] = [
    {
      name: 'lists hosts of the place, each once, the same each time',
      async run() {
        const [one, two] = [
          await deployer.hosts(place, { signal: signal() }),
          await deployer.hosts(place, { signal: signal() }),
        ]
        const ids = one.map(h => h.host)
        const bad = ids.find(id => placeLevel(id) !== 'host' || !placeContains(place, id))
        if (bad !== undefined) throw broken(`expected hosts within ${place}, got ${describe(bad)}`)
        if (new Set(ids).size !== ids.length) throw broken('a host is listed twice')
        if (ids.join() !== two.map(h => h.host).join()) throw broken('two listings differ')
      },
    },
    {
      name: 'says the version of every host',
      async run() {
        for (const { host } of await deployer.hosts(place, { signal: signal() })) {
          const answer: unknown = await deployer.currentVersion(host, { signal: signal() })
          if (typeof answer !== 'string' || answer === '')
            throw broken(`${host}: expected a version, got ${describe(answer)}`)
        }
        before = await deployer.currentVersion(await serving(), { signal: signal() })
        if (before === version) throw broken(`expected hosts that do not run ${version} yet`)
      },
    },
    {
      name: 'deploys: done when it resolves',
      async run() {
        await forth('deploy')
        await runs(await serving(), version)
      },
    },
    {
      name: 'rolls back: done when it resolves',
      async run() {
        await back('back')
        await runs(await serving(), before)
      },
    },
    {
      name: 'does not do again what a key has done: the host stays where it was put since',
      async run() {
        await forth('deploy')
        await runs(await serving(), before)
      },
    },
    {
      name: 'takes two calls with one key at the same time for one',
      async run() {
        await Promise.all([forth('twice'), forth('twice')])
        await runs(await serving(), version)
      },
    },
    {
      name: 'puts changes of one host one after the other',
      async run() {
        // Which comes last is nobody's promise; that each is done whole, and the next one counts, is.
        await Promise.all([back('queue-1'), forth('queue-2'), back('queue-3')])
        await forth('queue-4')
        await runs(await serving(), version)
        await back('queue-5')
        await runs(await serving(), before)
      },
    },
    {
      name: 'rejects for a host that there is not',
      async run() {
        const host = `${place}/nowhere/-/nobody`
        await rejects('currentVersion', () => deployer.currentVersion(host, { signal: signal() }))
        await rejects('deploy', () => deployer.deploy({ key: `${stamp}-nobody`, host, version, signal: signal() }))
      },
    },
  ]
  if (impossibleVersion !== undefined) {
    cases.push({
      name: 'rejects when the version cannot be deployed, and a roll-back mends the host',
      async run() {
        const host = await serving()
        const request = { key: `${stamp}-impossible`, host, version: impossibleVersion, signal: signal() }
        await rejects('deploy', () => deployer.deploy(request))
        await back('mend')
        await runs(host, before)
      },
    })
  }
  return cases
}

const broken = (message: string) => new AndonError('contract-broken', message)
