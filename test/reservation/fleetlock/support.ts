import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { SafetyCheck } from '../../../src/core/safety-check.ts'
import { type Decision, verdict } from '../../../src/core/verdict.ts'
import { memoryLedger } from '../../../src/parts/ledger/index.ts'
import { type CoordinatorOptions, createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import type { FleetLockNode } from '../../../src/reservation/fleetlock/fleet-lock-options.ts'

export const ZONE = 'aws/eu-north-1/eun1-az1'
export const hostOf = (n: number) => `${ZONE}/-/h${n}`
export const tokenOf = (id: string) => `token-of-${id}-with-enough-letters`
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Says go about whatever it is asked. */
export const yes: SafetyCheck = {
  isSafeToReserve: async ({ requestId, host, activity, placementVersion }) => ({
    decision: 'go',
    reasons: [],
    subject: { place: host },
    source: 'test',
    at: Date.now(),
    evidence: { requestId, host, activity, placementVersion },
  }),
}

/** A coordinator of five hosts, of which one may be away; health is what `health.says` at that moment. */
export async function cell(options: Partial<CoordinatorOptions> = {}) {
  const health: { says: Decision } = { says: 'go' }
  const ledger = memoryLedger()
  const coordinator = createCoordinator({
    ledger,
    safety: yes,
    policy: { maxOffline: { fleet: 1, region: 1, zone: 1 }, maxCasualties: 5 },
    health: async ({ host }) =>
      verdict(
        health.says,
        { source: 'health', at: Date.now(), subject: { place: host } },
        'probe',
        `it is ${health.says}`,
      ),
    ...options,
  })
  onTestFinished(async () => {
    await coordinator.close()
    await ledger.close()
  })
  await coordinator.addHosts(
    [1, 2, 3, 4, 5].map(n => ({ id: hostOf(n), rack: `r${n}` })),
    'test',
  )
  return { coordinator, health }
}

/** Nodes `n1` … `n5`, each with the token of its own. */
export const nodes = (id: string): FleetLockNode | undefined => {
  const n = Number(/^n([1-5])$/.exec(id)?.[1])
  return n ? { host: hostOf(n), secretHash: sha256(tokenOf(id)), group: 'default' } : undefined
}

/** Sends what a node sends, with whatever is different. */
export function post(
  url: string,
  call: string,
  id: string,
  others: { headers?: Record<string, string | undefined>; body?: string; group?: string; token?: string } = {},
) {
  const { group = 'default', token = tokenOf(id), body = JSON.stringify({ client_params: { id, group } }) } = others
  const headers = { 'fleet-lock-protocol': 'true', authorization: `Bearer ${token}`, ...others.headers }
  return fetch(`${url}/v1/${call}`, {
    method: 'POST',
    headers: Object.entries(headers).filter((h): h is [string, string] => h[1] !== undefined),
    // Bytes have no content type of their own.
    body: new TextEncoder().encode(body),
  })
}
