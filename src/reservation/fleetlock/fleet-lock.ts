import { isAndonError } from '../../core/errors.ts'
import { safeLogger } from '../../core/logger.ts'
import { invalid, messageOf, portOption } from '../../core/options.ts'
import type { Coordinator, ReserveAnswer } from '../coordinator/coordinator.ts'
import { readHostId } from '../model/host-record.ts'
import type { Reservation } from '../model/reservation.ts'
import { type FleetLockAnswer, GRANTED, refused } from './answers.ts'
import type { FleetLockNode, FleetLockOptions } from './fleet-lock-options.ts'
import { isNode, type Proof } from './is-node.ts'
import { type NodeRequest, readNodeRequest } from './read-node-request.ts'

/** What the protocol has: asking for a reboot, and saying that it is over. */
export type FleetLockCall = 'pre-reboot' | 'steady-state'

/** Answers the protocol's calls, whatever brings them. */
export interface FleetLock {
  /** `body` is the JSON of the request. Never rejects. */
  answer(call: FleetLockCall, body: unknown, proof: Proof, signal: AbortSignal): Promise<FleetLockAnswer>
}

const AN_HOUR = 3_600_000
/** Nothing is known to have gone wrong, and asking again may help. */
const AGAIN = new Set([
  'reservation-uncertain',
  'reservation-unreachable',
  'reservation-closed',
  'aborted',
  'closed',
  'timeout',
])

/** Throws `invalid-option`. */
export function fleetLock({ coordinator, nodes, logger }: FleetLockOptions): FleetLock {
  portOption('fleetLock coordinator', coordinator, ['reserve', 'status', 'renew', 'advance', 'release'])
  if (typeof nodes !== 'function') throw invalid('fleetLock nodes', 'a function', nodes)
  const log = safeLogger(logger)

  const heldBy = async (holder: string, host: string, signal: AbortSignal) => {
    const { reservations } = await coordinator.status({ signal })
    return reservations.find(r => r.host === host && r.holder === holder)
  }
  const preReboot = async (holder: string, node: FleetLockNode, asked: NodeRequest, signal: AbortSignal) => {
    const { host, activity = 'restart', ttlMs = AN_HOUR } = node
    // No key: it would be remembered beyond the reboot, and the next one would be taken for the same.
    const reserve = () =>
      coordinator.reserve(
        { host, activity, holder, reason: `reboot of ${asked.id} (${asked.group})`, ttlMs },
        { signal },
      )
    const before = await heldBy(holder, host, signal)
    const answer = before ? undefined : await reserve()
    // A repeated request may have been granted in between.
    const denied = answer?.granted === false && answer.step === 'host'
    const held = answer?.granted ? answer.reservation : (before ?? (denied && (await heldBy(holder, host, signal))))
    if (held && held.phase === 'restoring')
      return refused(409, 'failed_lock_unhealthy', 'the last reboot is not over: its steady state has not been reached')
    if (held) return begin(coordinator, held, ttlMs, signal)
    return denial(answer as ReserveAnswer & { readonly granted: false })
  }
  const steadyState = async (holder: string, { host }: FleetLockNode, signal: AbortSignal) => {
    const held = await heldBy(holder, host, signal)
    if (!held) return GRANTED
    const ended = await coordinator.release(held, 'healthy', undefined, { signal })
    if (ended.state !== 'restoring') return GRANTED
    return refused(409, 'failed_unlock_unhealthy', wordsOf(ended.reasons))
  }
  const answer = async (call: FleetLockCall, body: unknown, proof: Proof, signal: AbortSignal) => {
    const asked = readNodeRequest(body)
    const node = await nodes(asked.id)
    if (!isNode(node, proof))
      return refused(401, 'unauthorised', 'this is not known to be that node', { 'www-authenticate': 'Bearer' })
    if (node.group !== undefined && node.group !== asked.group)
      return refused(403, 'wrong_group', `${asked.id} is not of the group ${asked.group}`)
    readHostId(`node ${asked.id} host`, node.host)
    const holder = `fleetlock ${asked.id}`
    return call === 'pre-reboot' ? preReboot(holder, node, asked, signal) : steadyState(holder, node, signal)
  }
  return {
    answer: async (call, body, proof, signal) => {
      try {
        return await answer(call, body, proof, signal)
      } catch (error) {
        if (isAndonError(error, 'malformed_request')) return refused(400, error.code, error.message)
        if (isAndonError(error, 'reservation-unhealthy')) return refused(409, 'failed_lock_unhealthy', error.message)
        // The reservation ended in the very moment: asked again, it is clear how.
        if (isAndonError(error, 'reservation-lost') || isAndonError(error, 'reservation-phase'))
          return refused(409, 'changed', error.message)
        if (signal.aborted || (isAndonError(error) && (AGAIN.has(error.code) || error.code.startsWith('ledger-'))))
          return refused(503, 'unavailable', 'this cannot be decided at the moment')
        log.error('andon: a FleetLock request failed', { call, error: messageOf(error) })
        return refused(500, 'internal', 'something went wrong')
      }
    },
  }
}

/** The lease begins anew, and the work: the node reboots as soon as it is told. */
async function begin(
  coordinator: Pick<Coordinator, 'renew' | 'advance'>,
  held: Reservation,
  ttlMs: number,
  signal: AbortSignal,
): Promise<FleetLockAnswer> {
  let { phase } = await coordinator.renew(held, ttlMs, { signal })
  if (phase === 'granted' || phase === 'preparing')
    phase = (await coordinator.advance(held, 'approved', { signal })).phase
  if (phase === 'approved') await coordinator.advance(held, 'executing', { signal })
  return GRANTED
}

function denial({ step, reasons, change }: ReserveAnswer & { readonly granted: false }): FleetLockAnswer {
  const until = change === undefined ? '' : `; until ${change}`
  return refused(409, `failed_lock_${step}`, `${wordsOf(reasons)}${until}`)
}

const wordsOf = (reasons: readonly { readonly code: string; readonly message: string }[]) =>
  reasons.map(({ code, message }) => `${code}: ${message}`).join('; ')
