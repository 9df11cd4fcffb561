import { createHmac, createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { type JwtAuthenticationOptions, jwtAuthentication } from '../../../src/parts/server/index.ts'
import { onLoopback } from '../../../src/testing/on-loopback.ts'
import { asked, notes } from './support.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
const spki = await exportSPKI(publicKey)

const authentication = (options: Partial<JwtAuthenticationOptions> = {}) =>
  jwtAuthentication({
    keys: { jwks: { keys: [jwk] } },
    issuer: 'https://issuer.example',
    audience: 'reservations',
    algorithms: ['ES256'],
    ...options,
  })
const bearer = (token: string) => asked({ headers: { authorization: `Bearer ${token}` } })

interface Changes {
  readonly claims?: JWTPayload
  readonly without?: string
  readonly header?: object
  readonly key?: typeof privateKey
}
const tokenOf = ({ claims = {}, without, header = {}, key = privateKey }: Changes = {}) => {
  const payload: JWTPayload = {
    iss: 'https://issuer.example',
    aud: 'reservations',
    sub: 'alice',
    exp: Math.floor(Date.now() / 1000) + 600,
    roles: ['read', 'root', 'operator'],
    ...claims,
  }
  if (without) delete payload[without]
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key)
}
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a good token tells who, with the roles that exist', async () => {
  expect(await authentication()(bearer(await tokenOf()))).toEqual({ id: 'alice', roles: ['read', 'operator'] })
  const byPem = authentication({ keys: { publicKey: spki }, rolesClaim: 'scope', idPrefix: 'corp/' })
  const token = await tokenOf({ claims: { scope: 'automation other read' } })
  expect(await byPem(bearer(token))).toEqual({ id: 'corp/alice', roles: ['read', 'automation'] })
  const byKey = authentication({ keys: { publicKey: createPublicKey(spki) } })
  expect((await byKey(bearer(token)))?.id).toBe('alice')
  expect((await authentication({ rolesClaim: 'toString' })(bearer(token)))?.roles).toEqual([])
})

const REFUSED: [string, Changes][] = [
  ['another audience', { claims: { aud: 'payroll' } }],
  ['no audience', { without: 'aud' }],
  ['another issuer', { claims: { iss: 'https://evil.example' } }],
  ['no issuer', { without: 'iss' }],
  ['expired', { claims: { exp: Math.floor(Date.now() / 1000) - 31 } }],
  ['without an end', { without: 'exp' }],
  ['not yet good', { claims: { nbf: Math.floor(Date.now() / 1000) + 120 } }],
  ['of nobody', { without: 'sub' }],
  ['of an empty name', { claims: { sub: ' ' } }],
  ['of a name with a line feed', { claims: { sub: 'a\nb' } }],
  ['signed by a stranger', { key: stranger.privateKey }],
  ['by a key that is not known', { header: { kid: 'two' } }],
  ['with what must be understood and is not', { header: { crit: ['x'], x: 1 } }],
]

test.each(REFUSED)('a token %s is refused', async (_, changes) => {
  const token = await tokenOf(changes).catch(async () => {
    // What jose does not want to write either: the header is put before another signature.
    const [, payload, signature] = (await tokenOf()).split('.')
    return `${base64({ alg: 'ES256', kid: 'one', ...changes.header })}.${payload}.${signature}`
  })
  expect(await authentication()(bearer(token))).toBeUndefined()
})

test('a token that is not signed, or with the public key as a shared secret, is refused', async () => {
  const payload = (await tokenOf()).split('.')[1]!
  for (const keys of [{ publicKey: spki }, { jwks: { keys: [jwk] } }]) {
    const authenticate = authentication({ keys })
    for (const alg of ['none', 'None', 'HS256']) {
      const head = base64({ alg, kid: 'one', typ: 'JWT' })
      const mac = createHmac('sha256', spki).update(`${head}.${payload}`).digest('base64url')
      expect(await authenticate(bearer(`${head}.${payload}.${mac}`))).toBeUndefined()
      expect(await authenticate(bearer(`${head}.${payload}.`))).toBeUndefined()
    }
  }
})

test('an algorithm that is not said to be good is not', async () => {
  const token = await tokenOf()
  expect(await authentication({ algorithms: ['ES384', 'RS256'] })(bearer(token))).toBeUndefined()
  expect(await authentication({ algorithms: ['ES384', 'ES256'] })(bearer(token))).toBeDefined()
})

test('what is no token is none', async () => {
  const authenticate = authentication()
  for (const authorization of ['', 'Bearer', 'Bearer a.b', 'Bearer a.b.c', 'Basic YTpi', 'Bearer ..', ['Bearer a.b.c']])
    expect(await authenticate(asked({ headers: { authorization } }))).toBeUndefined()
})

test('keys are read from their URL, and a server that is down, or talks nonsense, lets nobody in', async () => {
  let answer: () => [number, string] = () => [200, JSON.stringify({ keys: [jwk] })]
  const server = createServer((_, response) => {
    const [status, text] = answer()
    response.writeHead(status, { location: '/elsewhere' }).end(text)
  })
  const { port, close } = await onLoopback(server)
  onTestFinished(close)
  const { lines, logger } = notes()
  const at = () => authentication({ keys: { jwksUrl: `http://127.0.0.1:${port}/keys` }, logger, fetchTimeoutMs: 2000 })
  const token = await tokenOf()
  expect((await at()(bearer(token)))?.id).toBe('alice')
  expect(lines).toEqual([])
  for (const bad of [
    [500, '{}'],
    [200, 'no json'],
    [200, '{"keys":1}'],
    [302, ''],
  ] as const) {
    answer = () => [...bad]
    expect(await at()(bearer(token))).toBeUndefined()
  }
  expect(lines).toHaveLength(4)
  const known = at()
  answer = () => [200, JSON.stringify({ keys: [jwk] })]
  await known(bearer(token))
  await close()
  expect((await known(bearer(token)))?.id).toBe('alice')
  const late = at()
  for (let i = 0; i < 3; i++) expect(await late(bearer(token))).toBeUndefined()
  expect(lines).toHaveLength(5)
  expect(lines.join()).not.toContain(token)
})

test.each([
  ['algorithms', { algorithms: undefined }],
  ['algorithms', { algorithms: [] }],
  ['algorithms', { algorithms: ['none'] }],
  ['algorithms', { algorithms: ['ES256', 'HS256'] }],
  ['issuer', { issuer: '' }],
  ['audience', { audience: undefined }],
  ['keys', { keys: {} }],
  ['keys.jwks', { keys: { jwks: {} } }],
  ['keys.jwksUrl', { keys: { jwksUrl: 'http://keys.example/jwks' } }],
  ['keys.publicKey', { keys: { publicKey: 'x' } }],
  ['keys.publicKey', { keys: { publicKey: '-----BEGIN PRIVATE KEY-----' } }],
])('%s is checked', (field, options) => {
  expect(() => authentication(options as never)).toThrow(`jwtAuthentication ${field}: expected`)
})

test('nothing of a token or a key is shown', () => {
  expect(inspect(authentication({ keys: { publicKey: spki } }), { depth: 9, showHidden: true })).not.toContain('BEGIN')
})
