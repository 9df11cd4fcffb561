import type { CordState } from '../../core/cord.ts'
import { AndonError } from '../../core/errors.ts'
import type { Policy } from '../model/policy.ts'
import { readPolicy } from '../model/read-policy.ts'
import type { CellState, KeyRecord, LostHost, Proposal } from './cell-state.ts'
import type { Held } from './held.ts'

/** A state without its hosts, as JSON. Hosts are named: their numbers are this process's own. */
interface Encoded {
  readonly version: 1
  readonly policy: Policy
  readonly configured: boolean
  readonly cord: CordState
  readonly token: number
  readonly placementVersion: number
  readonly reservations: readonly (Omit<Held, 'host' | 'granted' | 'renewed' | 'told'> & {
    host: string
    grantedAt: number
    renewedAt: number
  })[]
  readonly casualties: readonly (Omit<LostHost, 'since'> & { host: string; since: number })[]
  readonly keys: readonly (readonly [string, Omit<KeyRecord, 'ended'> & { ended: { at: number; as: string } | null }])[]
  readonly proposals: readonly (Omit<Proposal, 'proposed'> & { proposedAt: number })[]
  readonly grants: readonly number[]
}

/** Everything that the ledger said, but the hosts. */
export function encodeState(state: CellState): Buffer {
  const { policy, configured, cord, token, placementVersion, hosts } = state
  const encoded: Encoded = {
    version: 1,
    policy,
    configured,
    cord,
    token,
    placementVersion,
    reservations: [...state.reservations.values()].map(({ host, granted, renewed, told: _, ...rest }) => ({
      ...rest,
      host: hosts.id(host),
      grantedAt: granted.at,
      renewedAt: renewed.at,
    })),
    casualties: [...state.casualties].map(([host, { since, ...rest }]) => ({
      ...rest,
      host: hosts.id(host),
      since: since.at,
    })),
    keys: [...state.keys].map(([name, { ended, ...rest }]) => [
      name,
      { ...rest, ended: ended ? { at: ended.at.at, as: ended.as } : null },
    ]),
    proposals: [...state.proposals.values()].map(({ proposed, ...rest }) => ({ ...rest, proposedAt: proposed.at })),
    grants: state.grants.map(s => s.at),
  }
  return Buffer.from(JSON.stringify(encoded))
}

/** Puts into a state, whose hosts are there and which is else empty, what `encodeState` made. */
export function decodeState(state: CellState, bytes: Uint8Array): void {
  const encoded = JSON.parse(Buffer.from(bytes).toString()) as Encoded
  if (encoded.version !== 1)
    throw new AndonError('ledger-corrupt', `a snapshot of version ${String(encoded.version)}; this andon reads 1`)
  const { policy, configured, cord, token, placementVersion } = encoded
  Object.assign(state, { policy, rules: readPolicy(policy), configured, cord, token, placementVersion })
  const numberOf = (id: string) => {
    const host = state.hosts.known(id)
    if (host < 0) throw new AndonError('ledger-corrupt', `a snapshot names ${id}, which was never added`)
    state.away.count(state.hosts, host, 1)
    return host
  }
  for (const { host: id, grantedAt, renewedAt, ...rest } of encoded.reservations) {
    const host = numberOf(id)
    // Where they are missing in the JSON they are undefined, as they were.
    const held: Held = { ...rest, host, granted: stamp(grantedAt), renewed: stamp(renewedAt), told: undefined }
    state.reservations.set(held.id, held)
    state.byHost.set(host, held)
    state.away.activity[held.activity]++
  }
  for (const { host: id, since, ...rest } of encoded.casualties) {
    state.casualties.set(numberOf(id), { ...rest, since: stamp(since) })
    state.away.casualties++
    state.away.activity[rest.activity]++
  }
  for (const [name, { ended, ...rest }] of encoded.keys)
    state.keys.set(name, { ...rest, ended: ended ? { at: stamp(ended.at), as: ended.as } : undefined })
  for (const { proposedAt, ...rest } of encoded.proposals)
    state.proposals.set(rest.id, { ...rest, proposed: stamp(proposedAt) })
  state.grants.push(...encoded.grants.map(stamp))
}

// Which entry it was is asked of new ones only.
const stamp = (at: number) => ({ at, sequence: 0 })
