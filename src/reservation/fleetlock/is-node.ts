import type { FleetLockNode } from './fleet-lock-options.ts'

/** What a request shows of who sends it. */
export interface Proof {
  readonly authorization?: string | undefined
  /** SHA-256 of a client certificate that was verified. */
  readonly certificate?: string | undefined
}

const HEX = /^[0-9a-f]{64}$/
/** Compared with when nobody has that id, so that the time taken does not tell. */
const NOBODY: FleetLockNode = { host: '-', secretHash: '0'.repeat(64) }

/** Whether the request is this node's own. A node without any proof, or with one that cannot be right, is nobody. */
export function isNode(known: FleetLockNode | undefined, proof: Proof): known is FleetLockNode {
  const { secretHash, certificate } = known ?? NOBODY
  const wanted = [secretHash, certificate].filter(one => one !== undefined)
  const right = [
    secretHash === undefined || same(secretHash, sha256(tokenIn(proof.authorization) ?? '')),
    certificate === undefined || same(certificate, proof.certificate ?? ''),
  ]
  return known !== undefined && wanted.length > 0 && wanted.every(one => HEX.test(one)) && !right.includes(false)
}

/** The token of `Bearer`, or the password of `Basic`. */
export function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +([^\s]+)$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || credentials === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return credentials
  const decoded = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : decoded.slice(colon + 1)
}

const sha256 = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')

function same(a: string, b: string): boolean {
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto')
  // Over hashes of one length, so that neither length nor content tells by the time it takes.
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)))
}
