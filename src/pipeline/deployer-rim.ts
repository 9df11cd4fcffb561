import { deadline, sleep } from '../core/abort.ts'
import type { Clock } from '../core/clock.ts'
import type { Deployer, HostInfo } from '../core/deployer.ts'
import { AndonError, isAndonError } from '../core/errors.ts'
import { describe } from '../core/options.ts'
import { type PlaceId, parsePlace, placeContains, placeLevel } from '../core/place.ts'

/**
 * A deployer whose every call ends: bounded by a deadline, its answers checked. Each method throws an `AndonError` whose
 * code says how it failed: `timeout`, `deployer-failed` or `deployer-malformed`.
 */
export interface DeployerRim {
  hosts(place: PlaceId): Promise<readonly HostInfo[]>
  version(host: PlaceId): Promise<string>
  deploy(key: string, host: PlaceId, version: string): Promise<void>
  rollback(key: string, host: PlaceId, to: string): Promise<void>
  /** Hosts with a change that was given up after its time-out and has not ended yet: it may still land. */
  unsettled(): { host: PlaceId; message: string }[]
}

/** How often a host is asked for its version, and how far apart: one lost packet is no failed deployment. */
const TRIES = 3
const RETRY_MS = 250

export function deployerRim(
  deployer: Deployer,
  clock: Clock,
  lookMs: number,
  changeMs: number,
  outer: AbortSignal,
): DeployerRim {
  const call = async <T>(ms: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await deadline(clock, ms, what, work, outer)
    } catch (cause) {
      outer.throwIfAborted()
      if (isAndonError(cause, 'timeout')) throw cause
      throw new AndonError('deployer-failed', `${what}: ${cause instanceof Error ? cause.message : describe(cause)}`, {
        cause,
      })
    }
  }
  const look = async (host: PlaceId) => {
    const answer: unknown = await call(lookMs, `currentVersion(${host})`, signal =>
      deployer.currentVersion(host, { signal }),
    )
    if (typeof answer === 'string' && answer !== '') return answer
    throw new AndonError('deployer-malformed', `currentVersion(${host}): expected a version, got ${describe(answer)}`)
  }
  const version = async (host: PlaceId) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await look(host)
      } catch (error) {
        if (attempt === TRIES || !isAndonError(error, 'deployer-failed')) throw error
        await sleep(clock, RETRY_MS, outer)
      }
    }
  }
  const pending = new Map<object, { host: PlaceId; message: string }>()
  /** Remembers a change until it has really ended, whatever its deadline made of it. */
  const remembered = <T>(host: PlaceId, what: string, work: Promise<T>): Promise<T> => {
    const entry = { host, message: `a ${what} that was given up has not ended: it may still land` }
    pending.set(entry, entry)
    const forget = () => void pending.delete(entry)
    work.then(forget, forget)
    return work
  }
  /** A change counts when the host itself says so afterwards. */
  const changed = async (host: PlaceId, wanted: string) => {
    const actual = await version(host)
    if (actual !== wanted)
      throw new AndonError('version-mismatch', `${host} says it runs ${actual} after ${wanted} was put there`)
  }
  return {
    version,
    unsettled: () => [...pending.values()],
    async hosts(place) {
      return checkHosts(place, await call(changeMs, `hosts(${place})`, signal => deployer.hosts(place, { signal })))
    },
    async deploy(key, host, wanted) {
      await call(changeMs, `deploy(${host})`, async signal =>
        remembered(host, 'deployment', deployer.deploy({ key, host, version: wanted, signal })),
      )
      await changed(host, wanted)
    },
    async rollback(key, host, to) {
      await call(changeMs, `rollback(${host})`, async signal =>
        remembered(host, 'roll-back', deployer.rollback({ key, host, to, signal })),
      )
      await changed(host, to)
    },
  }
}

function checkHosts(place: PlaceId, answer: unknown): readonly HostInfo[] {
  const bad = (why: string) => new AndonError('deployer-malformed', `hosts(${place}): ${why}`)
  if (!Array.isArray(answer)) throw bad(`expected a list of { host, role }, got ${describe(answer)}`)
  const seen = new Set<string>()
  const roles = { validator: 0, serving: 0 }
  for (const info of answer as HostInfo[]) {
    const { host, role = 'serving' } = info ?? {}
    if (typeof host !== 'string' || placeLevel(host) !== 'host' || !placeContains(place, host)) {
      throw bad(`expected hosts within ${place}, as ${place}/zone/-/host, got ${describe(host)}`)
    }
    parsePlace(host)
    if (role !== 'serving' && role !== 'validator')
      throw bad(`${host}: role: expected 'serving' or 'validator', got ${describe(role)}`)
    if (seen.has(host)) throw bad(`${host} is listed twice`)
    seen.add(host)
    roles[role]++
  }
  if (roles.serving === 0) throw bad('expected at least one serving host, got none')
  if (roles.validator === 0) throw bad('expected at least one validator (role: validator), got none')
  // A copy: what the journal has must be what the run works with, even if the deployer's own list grows.
  return (answer as HostInfo[]).map(({ host, role, domains }) => ({
    host,
    ...(role ? { role } : {}),
    ...(domains ? { domains: { ...domains } } : {}),
  }))
}
