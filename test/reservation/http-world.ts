import { onTestFinished } from 'vitest'
import type { Logger } from '../../src/core/logger.ts'
import { memoryMetrics } from '../../src/core/memory-metrics.ts'
import type { SafetyCheck } from '../../src/core/safety-check.ts'
import { type Ledger, memoryLedger } from '../../src/parts/ledger/index.ts'
import { hmacAuthentication, hmacSigner, type Role } from '../../src/parts/server/index.ts'
import {
  createReservationClient,
  type ReservationClientOptions,
} from '../../src/reservation/client/create-reservation-client.ts'
import { type CoordinatorOptions, createCoordinator } from '../../src/reservation/coordinator/create-coordinator.ts'
import {
  createReservationServer,
  type ReservationServerOptions,
} from '../../src/reservation/server/create-reservation-server.ts'

/** Who there is, each with the roles that its name says. */
export const PEOPLE: Readonly<Record<string, readonly Role[]>> = {
  reader: ['read'],
  robot: ['automation', 'read'],
  other: ['automation', 'read'],
  mute: ['automation'],
  boss: ['operator', 'read'],
  glass: ['break-glass', 'read'],
  hammer: ['break-glass', 'read'],
  nobody: [],
}
export const secretOf = (name: string) => `the secret of ${name}, long enough`
export const signerOf = (principal: string) => hmacSigner({ principal, secret: secretOf(principal) })
export const host = (n: number) => `aws/us-east-1/use1-az1/c1/h${n}`
export const HOSTS = Array.from({ length: 20 }, (_, i) => ({ id: host(i + 1), rack: `r${i + 1}` }))
/** A policy that lets four be away at once. */
export const POLICY = { maxOffline: { fleet: 4, region: 4, zone: 4 }, maxCasualties: 10 }

/** A service that says go to everything. */
export const agreeing: SafetyCheck = {
  isSafeToReserve: async ({ requestId, host, activity, placementVersion }) => ({
    decision: 'go',
    reasons: [{ code: 'fine', message: 'nothing is stored here' }],
    subject: { place: host },
    source: 'test',
    at: Date.now(),
    evidence: { requestId, host, activity, placementVersion: Math.max(1, placementVersion) },
  }),
}

export interface HttpWorldOptions {
  readonly ledger?: Ledger
  readonly coordinator?: Partial<CoordinatorOptions>
  readonly server?: Partial<ReservationServerOptions>
  readonly logger?: Partial<Logger>
}

/** A real coordinator behind a real server with twenty hosts; gone when the test is over. */
export async function httpWorld(options: HttpWorldOptions = {}) {
  const sink = memoryMetrics()
  const ledger = options.ledger ?? memoryLedger()
  const coordinator = createCoordinator({
    ledger,
    safety: agreeing,
    policy: POLICY,
    everyMs: 50,
    ...options.coordinator,
  })
  await coordinator.addHosts(HOSTS, 'test')
  const serve = (port = 0) =>
    createReservationServer({
      coordinator,
      authenticate: hmacAuthentication({
        principals: id => (Object.hasOwn(PEOPLE, id) ? { secrets: secretOf(id), roles: PEOPLE[id]! } : undefined),
      }),
      port,
      sink,
      ...(options.logger && { logger: options.logger }),
      ...options.server,
    })
  const server = await serve()
  onTestFinished(async () => {
    await server.close({ timeoutMs: 500 })
    await coordinator.close()
    await ledger.close()
  })
  const clientOf = (name: string, more: Partial<ReservationClientOptions> = {}) => {
    const client = createReservationClient({ url: server.url, sign: signerOf(name), ...more })
    onTestFinished(() => client.close())
    return client
  }
  return { coordinator, server, serve, ledger, sink, clientOf }
}

/** What came of one request, as it stood on the wire. */
export interface Raw {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** Sends one signed request as it is; `body` a string is sent as such. */
export async function send(
  url: string,
  who: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<Raw> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const target = new URL(path, url)
  const answer = await fetch(target, {
    method,
    headers: {
      ...(who !== undefined && signerOf(who).sign({ method, url: target, body: text ?? '' })),
      ...(text !== undefined && { 'content-type': 'application/json' }),
    },
    ...(text !== undefined && { body: text }),
  })
  const said = await answer.text()
  return { status: answer.status, headers: answer.headers, body: said === '' ? undefined : JSON.parse(said) }
}
