import { createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { type HmacAuthenticationOptions, hmacAuthentication, hmacSigner } from '../../../src/parts/server/index.ts'
import { alice, asked, OTHER_SECRET, SECRET } from './support.ts'

const NOW = 1_800_000_000_000
const URL_ = 'http://host.example:8080/v1/x?y=1'

function world(options: Partial<HmacAuthenticationOptions> = {}) {
  const clock = virtualClock(NOW)
  const authenticate = hmacAuthentication({
    principals: id => (id === 'alice' ? alice() : undefined),
    clock,
    ...options,
  })
  const signer = (secret: string = SECRET, principal = 'alice') => hmacSigner({ principal, secret, clock })
  const signed = (body = '{"a":1}', by = signer()) =>
    asked({
      method: 'POST',
      url: '/v1/x?y=1',
      headers: { host: 'Host.example:8080', ...by.sign({ method: 'POST', url: URL_, body }) },
      body: Buffer.from(body),
    })
  return { clock, authenticate, signer, signed }
}

test('a signed request tells who sent it', async () => {
  const { authenticate, signed } = world()
  expect(await authenticate(signed())).toEqual({ id: 'alice', roles: ['automation'] })
})

test('a request that comes again is refused, for as long as its time is good', async () => {
  const { authenticate, signed, clock } = world({ skewMs: 60_000 })
  const request = signed()
  expect(await authenticate(request)).toBeDefined()
  for (let i = 0; i <= 12; i++) {
    expect(await authenticate(request)).toBeUndefined()
    await clock.advance(10_000)
  }
  expect(await authenticate(signed())).toBeDefined()
})

test('a request that was forgotten is not new when the clock goes back', async () => {
  const { signed } = world()
  let now = NOW
  const clock = { ...virtualClock(), now: () => now }
  const authenticate = hmacAuthentication({ principals: () => alice(), clock, skewMs: 60_000 })
  const request = signed()
  expect(await authenticate(request)).toBeDefined()
  now = NOW + 3_600_000
  const later = virtualClock(now)
  const other = hmacSigner({ principal: 'alice', secret: SECRET, clock: later })
  const at = { method: 'POST', url: 'http://host.example:8080/v1/x?y=1', body: '' }
  expect(
    await authenticate(
      asked({ method: 'POST', url: '/v1/x?y=1', headers: { host: 'host.example:8080', ...other.sign(at) } }),
    ),
  ).toBeDefined()
  now = NOW
  expect(await authenticate(request)).toBeUndefined()
})

test.each([
  ['early', -60_001],
  ['late', 60_001],
])('a request that is too %s is refused', async (_, byMs) => {
  const { authenticate, signed, clock } = world({ skewMs: 60_000 })
  // Not what is refused because it is from before the start.
  await clock.advance(1_000_000)
  const elsewhere = virtualClock(clock.now() + byMs)
  const at = (ms: number) => hmacSigner({ principal: 'alice', secret: SECRET, clock: virtualClock(clock.now() + ms) })
  expect(
    await authenticate(signed('x', hmacSigner({ principal: 'alice', secret: SECRET, clock: elsewhere }))),
  ).toBeUndefined()
  expect(await authenticate(signed('x', at(byMs - Math.sign(byMs))))).toBeDefined()
})

test('what was signed before the start is refused: a process that was here before may have taken it', async () => {
  const clock = virtualClock(NOW)
  const { signed } = world()
  const request = signed()
  await clock.advance(1)
  const authenticate = hmacAuthentication({ principals: () => alice(), clock })
  expect(await authenticate(request)).toBeUndefined()
})

test('whatever is changed in a request, it is refused', async () => {
  const { authenticate, signed } = world()
  const request = signed()
  const { authorization } = request.headers as { authorization: string }
  const changed = [
    { ...request, method: 'PUT' },
    { ...request, url: '/v1/x?y=2' },
    { ...request, url: '/v1/x' },
    { ...request, url: '/v1/x?y=1\n' },
    { ...request, body: Buffer.from('{"a":2}') },
    { ...request, body: new Uint8Array(0) },
    { ...request, headers: { ...request.headers, host: 'host.example:8081' } },
    { ...request, headers: { authorization } },
    { ...request, headers: { ...request.headers, host: ['host.example:8080'] } },
    { ...request, headers: { ...request.headers, authorization: [authorization] } },
  ]
  for (const one of changed) expect(await authenticate(one)).toBeUndefined()
  // None of them has used up the nonce.
  expect(await authenticate(request)).toBeDefined()
})

test('no other character in the header is as good', async () => {
  const { authenticate, signed } = world()
  const request = signed()
  const { authorization } = request.headers as { authorization: string }
  const from = authorization.indexOf('id=')
  const replaced = fc.record({
    at: fc.integer({ min: from, max: authorization.length - 1 }),
    by: fc.integer({ min: 32, max: 126 }).map(code => String.fromCharCode(code)),
  })
  await fc.assert(
    fc.asyncProperty(replaced, async ({ at, by }) => {
      const text = authorization.slice(0, at) + by + authorization.slice(at + 1)
      fc.pre(text !== authorization)
      expect(await authenticate({ ...request, headers: { ...request.headers, authorization: text } })).toBeUndefined()
    }),
    { numRuns: 300 },
  )
  expect(await authenticate(request)).toBeDefined()
})

test('no other way of writing the same signature is as good', async () => {
  const { authenticate, signed } = world()
  const request = signed()
  const { authorization } = request.headers as { authorization: string }
  const last = authorization.at(-2)!
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.replace(last, '')) {
    const headers = { ...request.headers, authorization: `${authorization.slice(0, -2)}${letter}"` }
    expect(await authenticate({ ...request, headers })).toBeUndefined()
  }
  expect(await authenticate(request)).toBeDefined()
})

test('a client whose clock is slow, but not too slow, is heard for as long as it asks', async () => {
  const { authenticate, signed, clock } = world({ skewMs: 60_000 })
  const slow = (now: number) => hmacSigner({ principal: 'alice', secret: SECRET, clock: virtualClock(now - 59_000) })
  await clock.advance(100_000)
  for (let i = 0; i < 60; i++) {
    await clock.advance(7000)
    expect(await authenticate(signed())).toBeDefined()
    expect(await authenticate(signed('x', slow(clock.now())))).toBeDefined()
  }
})

test('what stands in for the secret of nobody is nobody’s secret', async () => {
  const { authenticate, signed, signer } = world()
  expect(await authenticate(signed('x', signer('the secret of nobody at all', 'nobody')))).toBeUndefined()
})

test('two secrets are good while one is replaced by the other', async () => {
  let secrets: string[] = [SECRET]
  const { authenticate, signed, signer } = world({ principals: () => ({ secrets, roles: ['read'] }) })
  expect(await authenticate(signed('a', signer(OTHER_SECRET)))).toBeUndefined()
  secrets = [OTHER_SECRET, SECRET]
  expect(await authenticate(signed('a', signer(OTHER_SECRET)))).toBeDefined()
  expect(await authenticate(signed('a', signer(SECRET)))).toBeDefined()
  secrets = [OTHER_SECRET]
  expect(await authenticate(signed('a', signer(SECRET)))).toBeUndefined()
})

test('full memory refuses what is new and forgets nothing; strangers do not fill it, nor one principal for others', async () => {
  const { authenticate, signed, signer, clock } = world({
    principals: id => (id === 'mallory' ? undefined : alice()),
    maxNonces: 6,
    maxNoncesEach: 3,
    skewMs: 80_000,
  })
  for (let i = 0; i < 20; i++) {
    expect(await authenticate(signed('a', signer(SECRET, 'mallory')))).toBeUndefined()
    expect(await authenticate(signed('a', signer(OTHER_SECRET, 'alice')))).toBeUndefined()
  }
  const taken = [signed(), signed(), signed()]
  for (const request of taken) expect(await authenticate(request)).toBeDefined()
  expect(await authenticate(signed())).toBeUndefined()
  const bob = signer(SECRET, 'bob')
  for (let i = 0; i < 3; i++) expect(await authenticate(signed('b', bob))).toBeDefined()
  expect(await authenticate(signed('c', signer(SECRET, 'carol')))).toBeUndefined()
  for (const request of taken) expect(await authenticate(request)).toBeUndefined()
  await clock.advance(100_000)
  expect(await authenticate(signed())).toBeDefined()
})

test('many at once with one nonce: one is taken', async () => {
  const { authenticate, signed } = world({ principals: async () => alice() })
  const request = signed()
  const all = await Promise.all(Array.from({ length: 50 }, () => authenticate(request)))
  expect(all.filter(p => p !== undefined)).toHaveLength(1)
})

test('a principal with a weak secret is an error that does not show it', async () => {
  const { authenticate, signed } = world({ principals: () => ({ secrets: 'too short', roles: [] }) })
  await expect(authenticate(signed())).rejects.toThrow(
    'hmacAuthentication secrets: expected a secret of 16 bytes or more, got 9 bytes',
  )
})

test('roles that do not exist are dropped', async () => {
  const { authenticate, signed } = world({ principals: () => ({ secrets: SECRET, roles: ['root', 'read'] as never }) })
  expect(await authenticate(signed())).toEqual({ id: 'alice', roles: ['read'] })
})

test('secrets are in no error and in nothing that is shown', () => {
  const { authenticate, signer } = world()
  const key = createSecretKey(Buffer.from(SECRET))
  const shown = inspect([authenticate, signer(), hmacSigner({ principal: 'a', secret: key }), { secret: key }], {
    depth: 9,
    showHidden: true,
  })
  expect(shown).not.toContain(SECRET)
  expect(shown).not.toContain(Buffer.from(SECRET).toString('hex').slice(0, 12))
  for (const wrong of [
    () => hmacSigner({ principal: 'alice', secret: 'hunter2' }),
    () => hmacSigner({ principal: 'a"b', secret: SECRET }),
    () => signer().sign({ method: 'GET', url: 'nowhere' }),
    () => signer().sign({ method: 'GET\n/v1', url: URL_ }),
    () => hmacSigner({ principal: 'alice', secret: { secret: SECRET } as never }),
  ]) {
    expect(wrong).toThrow(/expected/)
    try {
      wrong()
    } catch (error) {
      expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|a secret that only/)
    }
  }
})

test.each<[string, object]>([
  ['principals', { principals: { alice: SECRET } }],
  ['skewMs', { principals: () => undefined, skewMs: 0 }],
  ['maxNonces', { principals: () => undefined, maxNonces: 0 }],
  ['maxNoncesEach', { principals: () => undefined, maxNonces: 4, maxNoncesEach: 5 }],
  ['host', { principals: () => undefined, host: '' }],
])('%s is checked, and its value not shown', (field, given: object) => {
  const options = given as HmacAuthenticationOptions
  expect(() => hmacAuthentication(options)).toThrow(`hmacAuthentication ${field}: expected`)
  try {
    hmacAuthentication(options)
  } catch (error) {
    expect(inspect(error)).not.toContain(SECRET)
  }
})
