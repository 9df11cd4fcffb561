import type { Principal, Role } from './principal.ts'

/** Every role that there is. */
export const ROLES: readonly Role[] = Object.freeze(['read', 'automation', 'operator', 'break-glass'] as const)

// It ends up in logs and pages: nothing that could break a line, and no longer than is good for one.
const ID = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]{1,256}$/u

/** A principal of what somebody says about one: roles that are unknown are dropped; undefined without a usable id. */
export function readPrincipal(id: unknown, roles: unknown): Principal | undefined {
  if (typeof id !== 'string' || id.trim() === '' || !ID.test(id)) return undefined
  const given: readonly unknown[] = Array.isArray(roles) ? roles : []
  return { id, roles: ROLES.filter(role => given.includes(role)) }
}
