import { randomBytes } from 'node:crypto'
import { hmacAuthentication, hmacSigner, type Role } from './andon.ts'

const ROLES: Readonly<Record<string, readonly Role[]>> = {
  /** Rolls the new version out. */
  deployer: ['automation', 'read'],
  /** Says what became of hosts that did not come back. */
  operator: ['operator', 'read'],
  /** Asks the service whether its data can do without a host. */
  reservations: ['automation'],
}
/** Everybody has a secret of their own, made for this run. */
const SECRETS = new Map(Object.keys(ROLES).map(name => [name, randomBytes(32)]))

export const authenticate = () =>
  hmacAuthentication({
    principals: id => (SECRETS.has(id) ? { secrets: SECRETS.get(id)!, roles: ROLES[id]! } : undefined),
  })

export const signerOf = (principal: string) => hmacSigner({ principal, secret: SECRETS.get(principal)! })
