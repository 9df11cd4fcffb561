import { sleep } from '../../src/core/abort.ts'
import {
  AndonError,
  type Clock,
  type Deployer,
  type Gate,
  type HostInfo,
  type Verdict,
  type VirtualClock,
  verdict,
} from '../../src/core/index.ts'

/** A gate that answers what a function says, always well-formed. */
export function gateOf(
  name: string,
  clock: Clock,
  decide: (context: Parameters<Gate['check']>[0]) => Verdict['decision'] = () => 'go',
): Gate {
  return {
    name,
    async check(context) {
      const { place, version } = context
      const decision = decide(context)
      const subject = place === undefined ? { version } : { place, version }
      return verdict(decision, { source: name, at: clock.now(), subject }, 'test', `${name} says ${decision}`)
    },
  }
}

/** Hosts in memory with a deployer that keeps its contract; what it did can be looked at. */
export interface World {
  readonly deployer: Deployer
  readonly versions: Map<string, string>
  /** How often each host was really changed to each version, as `host → version`. */
  readonly changes: Map<string, number>
  /** Calls in order: `deploy host` or `rollback host`. */
  readonly calls: string[]
  /** Set to make a host's change fail, hang or lie. */
  readonly trouble: Map<string, 'fail' | 'hang' | 'lie'>
}

export function world(clock: Clock, options: { zones?: number; hostsPerZone?: number; deployMs?: number } = {}): World {
  const { zones = 3, hostsPerZone = 2, deployMs = 1000 } = options
  const versions = new Map<string, string>()
  const changes = new Map<string, number>()
  const calls: string[] = []
  const trouble: World['trouble'] = new Map()
  const done = new Map<string, Promise<void>>()
  const listed = new Map<string, HostInfo[]>()

  const change = async (host: string, version: string) => {
    const what = trouble.get(host)
    if (what === 'hang') return new Promise<void>(() => {})
    await sleep(clock, deployMs)
    if (what === 'fail') throw new Error('it does not start')
    if (what !== 'lie') versions.set(host, version)
    const key = `${host} → ${version}`
    changes.set(key, (changes.get(key) ?? 0) + 1)
  }
  const queues = new Map<string, Promise<unknown>>()
  const once = (key: string, host: string, version: string) => {
    let work = done.get(key)
    if (!work) {
      if (!versions.has(host)) return Promise.reject(new Error(`${host} is unknown`))
      // A host that hangs does not keep the next change waiting: the real ones are cut off by their supervisor.
      const before = trouble.get(host) === 'hang' ? Promise.resolve() : (queues.get(host) ?? Promise.resolve())
      work = before.catch(() => {}).then(() => change(host, version))
      if (trouble.get(host) !== 'hang') queues.set(host, work)
      done.set(key, work)
      work.catch(() => done.delete(key))
    }
    return work
  }
  return {
    versions,
    changes,
    calls,
    trouble,
    deployer: {
      async hosts(place) {
        let hosts = listed.get(place)
        if (!hosts) {
          hosts = [{ host: `${place}/z1/-/validator`, role: 'validator' }]
          for (let z = 1; z <= zones; z++)
            for (let h = 1; h <= hostsPerZone; h++) hosts.push({ host: `${place}/z${z}/-/h${h}` })
          listed.set(place, hosts)
          for (const { host } of hosts) if (!versions.has(host)) versions.set(host, '1')
        }
        return hosts
      },
      async currentVersion(host) {
        const version = versions.get(host)
        if (version === undefined) throw new AndonError('test', `${host} is unknown`)
        return version
      },
      deploy({ key, host, version }) {
        calls.push(`deploy ${host}`)
        return once(key, host, version)
      },
      rollback({ key, host, to }) {
        calls.push(`rollback ${host}`)
        return once(key, host, to)
      },
    },
  }
}

/** Moves virtual time until the promise settles; fails when nothing is left to wait for, or after too many timers. */
export async function drive<T>(clock: VirtualClock, promise: Promise<T>, most = 200_000): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (let i = 0; !settled && i < most; i++) {
    if ((await clock.next()) || settled) continue
    // Real I/O (a file, SQLite) may still be under way when no virtual timer is left.
    await new Promise(resolve => setTimeout(resolve, 1))
    if (i > most - 5) break
  }
  if (!settled) throw new Error('the run neither ended nor had anything left to wait for')
  return promise
}
