import type { IncomingMessage } from 'node:http'
import type { Logger } from '../../../core/logger.ts'
import { messageOf } from '../../../core/options.ts'
import { carriesCredentials } from '../auth/carries-credentials.ts'
import type { Authenticate, AuthRequest, Principal, Role } from '../principal.ts'
import { certificateOf } from './certificate-of.ts'
import { Refusal } from './refusal.ts'

/** A request before its body has been read, as whoever tells who sent it sees it. `url`: where it was changed on its way. */
export function authHead(request: IncomingMessage, url: string = request.url ?? ''): Omit<AuthRequest, 'body'> {
  const certificate = certificateOf(request.socket)
  const { method = '', headers } = request
  return certificate === undefined ? { method, url, headers } : { method, url, headers, certificate }
}

/** Throws a `Refusal` (401) when there are no credentials at all; so it is known before the body is read. */
export function demandCredentials(authenticate: Authenticate | undefined, head: Omit<AuthRequest, 'body'>): void {
  if (!authenticate || !carriesCredentials(authenticate, head)) throw unauthorised(authenticate)
}

/** Who sent it, or a `Refusal` (401). An authenticator that throws is told to the logger. */
export async function identify(authenticate: Authenticate, request: AuthRequest, logger: Logger): Promise<Principal> {
  let principal: Principal | undefined
  try {
    principal = await authenticate(request)
  } catch (error) {
    logger.error('andon: who sent a request could not be told', { error: messageOf(error) })
  }
  if (!principal) throw unauthorised(authenticate)
  return principal
}

/** Throws a `Refusal` (403) unless the principal has one of the roles. */
export function demandRole(principal: Principal, role: Role | readonly Role[]): void {
  const may = typeof role === 'string' ? principal.roles.includes(role) : role.some(r => principal.roles.includes(r))
  if (!may) throw new Refusal(403, 'forbidden', `this takes the role ${[role].flat().join(' or ')}`)
}

function unauthorised(authenticate: Authenticate | undefined): Refusal {
  const { challenge } = authenticate ?? {}
  const headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
  return new Refusal(401, 'unauthorised', 'who sends this cannot be told', { headers })
}
