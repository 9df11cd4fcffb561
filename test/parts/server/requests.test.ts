import { expect, test } from 'vitest'
import { AndonError, memoryMetrics, virtualClock } from '../../../src/core/index.ts'
import { invalid } from '../../../src/core/options.ts'
import {
  type ApiServerOptions,
  type HmacAuthenticationOptions,
  hmacAuthentication,
  hmacSigner,
  type Route,
  route,
} from '../../../src/parts/server/index.ts'
import { alice, notes, SECRET, serving } from './support.ts'

interface Thing {
  readonly size: number
}
const readThing = (value: unknown): Thing => {
  const { size } = (value ?? {}) as Partial<Thing>
  if (typeof size !== 'number') throw invalid('thing size', 'a number', size)
  return { size }
}
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/', role: 'anonymous', csp: "script-src 'self'; frame-ancestors *", handler: page },
  {
    method: 'GET',
    path: '/v1/things/{id}',
    role: ['read', 'operator'],
    handler: c => ({ json: { ...c.params, q: c.query.get('q') } }),
  },
  { method: 'GET', path: '/v1/things/all', role: 'anonymous', handler: c => ({ text: c.principal?.id ?? 'nobody' }) },
  route({
    method: 'POST',
    path: '/v1/things/{id}/parts/{part}',
    role: 'automation',
    body: readThing,
    handler: ({ params, body, principal }) => ({
      status: 201,
      json: { ...params, twice: body.size * 2, by: principal?.id },
    }),
  }),
  { method: 'DELETE', path: '/v1/things/{id}', role: 'operator', handler: () => ({}) },
  { method: 'GET', path: '/fails/{how}', role: 'anonymous', handler: c => fails(c.params.how) },
]
function page() {
  return {
    text: '<p>',
    headers: { 'content-type': 'text/html', 'x-content-type-options': 'none', 'cache-control': 'max-age=5' },
  }
}
function fails(how: string | undefined): never {
  if (how === 'known') throw new AndonError('conflict', 'host: expected nobody to hold it, got bob')
  if (how === 'unknown') throw new AndonError('inner', 'inner words of /etc/secret')
  if (how === 'circle') return { json: 10n } as never
  if (how === 'status') return { status: 99 } as never
  if (how === 'header') return { headers: { 'x-a': 'a\r\nx-b: b' } } as never
  throw Object.assign(new Error('inner words of /etc/secret'), { code: 'toString' })
}

async function world(options: Partial<ApiServerOptions> = {}, auth: Partial<HmacAuthenticationOptions> = {}) {
  const { lines, logger } = notes()
  const authenticate = hmacAuthentication({
    principals: id => (id === 'alice' ? alice('automation', 'read') : undefined),
    ...auth,
  })
  const server = await serving({ routes: ROUTES, authenticate, logger, errorStatus: { conflict: 409 }, ...options })
  const signer = hmacSigner({ principal: 'alice', secret: SECRET })
  const ask = async (method: string, path: string, { body, headers = {}, signed = true }: Asking = {}) => {
    const url = server.url + path
    const response = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(signed ? signer.sign({ method, url, ...(body === undefined ? {} : { body }) }) : {}),
        ...headers,
      },
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }
  return { server, ask, lines, signer }
}
interface Asking {
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Record<string, string>
  readonly signed?: boolean
}
const parsed = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const PATH = '/v1/things/aws%2Fus-east-1/parts/7'

test('a signed request gets to its handler, with what stood in the path', async () => {
  const { ask } = await world()
  const made = await ask('POST', PATH, { body: '{"size":21}' })
  expect([made.status, made.json]).toEqual([201, { id: 'aws/us-east-1', part: '7', twice: 42, by: 'alice' }])
  expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect((await ask('GET', '/v1/things/x?q=a%20b')).json).toEqual({ id: 'x', q: 'a b' })
  expect((await ask('GET', '/v1/things/all')).text).toBe('alice')
  expect((await ask('GET', '/v1/things/all', { signed: false })).text).toBe('nobody')
})

test('every answer is safe to show in a browser', async () => {
  const { ask } = await world()
  const page = await ask('GET', '/', { signed: false })
  expect(page.headers.get('content-security-policy')).toBe("script-src 'self'; frame-ancestors 'none'")
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect(page.headers.get('cache-control')).toBe('max-age=5')
  const missing = await ask('GET', '/nothing')
  expect(missing.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  expect(missing.headers.get('cache-control')).toBe('no-store')
  expect(missing.headers.get('content-type')).toBe('application/json')
})

test('HEAD is GET without the body', async () => {
  const { ask } = await world()
  const got = await ask('HEAD', '/', { signed: false })
  expect([got.status, got.headers.get('content-length'), got.text]).toEqual([200, '3', ''])
})

test.each<[string, number, string, [string, string, Asking?]]>([
  ['no such path', 404, 'not-found', ['GET', '/v2/things']],
  ['a part too many', 404, 'not-found', ['GET', '/v1/things/a/b']],
  ['an empty part', 404, 'not-found', ['GET', '/v1/things/']],
  ['a method that is not there', 405, 'method-not-allowed', ['PATCH', '/v1/things/a', { body: '{}' }]],
  ['a path that is badly encoded', 400, 'malformed-path', ['GET', '/v1/things/%E0%A4%A']],
  ['nobody', 401, 'unauthorised', ['GET', '/v1/things/a', { signed: false }]],
  [
    'bad credentials where none are needed',
    401,
    'unauthorised',
    ['GET', '/', { headers: { authorization: 'Andon-HMAC-SHA256 x' } }],
  ],
  ['the wrong role', 403, 'forbidden', ['DELETE', '/v1/things/a']],
  ['a body that nobody asked for', 400, 'unexpected-body', ['DELETE', '/v1/things/a', { body: '{}' }]],
  [
    'a form',
    415,
    'unsupported-media-type',
    ['POST', PATH, { body: 'size=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ],
  [
    'a text that a page may send anywhere',
    415,
    'unsupported-media-type',
    ['POST', PATH, { body: '{"size":1}', headers: { 'content-type': 'text/plain' } }],
  ],
  [
    'another charset',
    415,
    'unsupported-media-type',
    ['POST', PATH, { body: '{"size":1}', headers: { 'content-type': 'application/json; charset=utf-16' } }],
  ],
  [
    'a compressed body',
    415,
    'unsupported-media-type',
    ['POST', PATH, { body: '{"size":1}', headers: { 'content-encoding': 'gzip' } }],
  ],
  ['no JSON', 400, 'malformed-json', ['POST', PATH, { body: '{"size":' }]],
  ['no UTF-8', 400, 'malformed-json', ['POST', PATH, { body: Uint8Array.of(34, 0xff, 34) }]],
  ['too much', 413, 'body-too-large', ['POST', PATH, { body: `"${'x'.repeat(2000)}"` }]],
])('%s: %i %s', async (_, status, code, [method, path, asking]) => {
  const { ask } = await world({ bodyLimit: 1000 })
  const got = await ask(method, path, asking)
  expect([got.status, got.json?.error.code]).toEqual([status, code])
  expect(got.json.error.message).not.toBe('')
})

test('answers say what would be right', async () => {
  const { ask } = await world()
  expect((await ask('PATCH', '/v1/things/a')).headers.get('allow')).toBe('GET, HEAD, DELETE')
  expect((await ask('GET', '/v1/things/a', { signed: false })).headers.get('www-authenticate')).toBe(
    'Andon-HMAC-SHA256',
  )
  const wrong = await ask('POST', PATH, { body: '{"size":"big"}' })
  expect([wrong.status, wrong.json]).toEqual([
    422,
    { error: { code: 'invalid-option', message: 'thing size: expected a number, got "big"', field: 'thing size' } },
  ])
  expect((await ask('POST', PATH)).json.error.field).toBe('thing size')
})

test('a request that was signed is taken once, and only as it was signed', async () => {
  const { server, signer, ask } = await world()
  const url = server.url + PATH
  const headers = { 'content-type': 'application/json', ...signer.sign({ method: 'POST', url, body: '{"size":1}' }) }
  const send = (at: string, body: string) => fetch(at, { method: 'POST', body, headers }).then(r => r.status)
  expect(await send(url, '{"size":2}')).toBe(401)
  expect(await send(`${url}0`, '{"size":1}')).toBe(401)
  expect(await send(`${url}?x`, '{"size":1}')).toBe(401)
  expect(await send(url, '{"size":1}')).toBe(201)
  expect(await send(url, '{"size":1}')).toBe(401)
  expect((await ask('POST', PATH, { body: '{"size":1}' })).status).toBe(201)
})

test('an error of a handler is told as far as the table says, and no further', async () => {
  const { ask, lines } = await world()
  const known = await ask('GET', '/fails/known', { signed: false })
  expect([known.status, known.json]).toEqual([
    409,
    { error: { code: 'conflict', message: 'host: expected nobody to hold it, got bob', field: 'host' } },
  ])
  expect(lines).toEqual([])
  for (const how of ['unknown', 'anything', 'circle', 'status', 'header']) {
    const got = await ask('GET', `/fails/${how}`, { signed: false })
    expect([how, got.status, got.json?.error.code]).toEqual([how, 500, 'internal'])
    expect(got.text).not.toContain('inner words')
  }
  expect(lines).toHaveLength(5)
  expect(lines[0]).toContain('inner words of /etc/secret')
  expect(lines[0]).toContain('/fails/{how}')
})

test('a page of another origin, or by another name, is refused', async () => {
  const { server, ask } = await world({ allowedHosts: ['tower.example'], allowedOrigins: ['https://tower.example'] })
  const origin = async (text: string) => (await ask('GET', '/', { signed: false, headers: { origin: text } })).status
  expect(await origin(server.url)).toBe(200)
  expect(await origin('https://tower.example')).toBe(200)
  for (const other of [
    'null',
    'http://evil.example',
    server.url.replace('http:', 'https:'),
    `${server.url}0`,
    'http://127.0.0.1',
  ])
    expect(await origin(other)).toBe(403)
})

test('a principal that asks too often has to wait, and the others do not', async () => {
  const clock = virtualClock(Date.now())
  const people = (id: string) => (id === 'nobody' ? undefined : alice('read'))
  const { ask, server } = await world({ rateLimit: { perSecond: 0.5, burst: 2 }, clock }, { principals: people })
  const bob = hmacSigner({ principal: 'bob', secret: SECRET })
  const get = () => ask('GET', '/v1/things/a')
  expect([(await get()).status, (await get()).status]).toEqual([200, 200])
  const refused = await get()
  expect([refused.status, refused.json.error.code, refused.headers.get('retry-after')]).toEqual([
    429,
    'too-many-requests',
    '2',
  ])
  const url = `${server.url}/v1/things/a`
  expect((await fetch(url, { headers: bob.sign({ method: 'GET', url }) })).status).toBe(200)
  await clock.advance(2000)
  expect([(await get()).status, (await get()).status]).toEqual([200, 429])
  const open = async () => (await ask('GET', '/', { signed: false })).status
  expect([await open(), await open(), await open()]).toEqual([200, 200, 429])
})

test('an authenticator that throws lets nobody in, and is logged', async () => {
  const { ask, lines } = await world({
    authenticate: async () => {
      throw new Error('directory away')
    },
  })
  expect((await ask('GET', '/v1/things/a')).status).toBe(401)
  expect(lines.join()).toContain('directory away')
  expect(lines.join()).not.toContain('signature=')
})

test('requests are counted, and a sink that throws breaks nothing', async () => {
  const sink = memoryMetrics()
  const { ask } = await world({ metrics: { sink, place: 'aws' } })
  await ask('GET', '/')
  await ask('GET', '/fails/known')
  const of = (metric: string) => sink.window({ metric, place: 'aws', from: 0 })
  expect([(await of('server.requests')).sum, (await of('server.duration')).count]).toEqual([2, 2])
  const bad = { record: () => expect.fail('broken') }
  expect((await (await world({ metrics: { sink: bad, place: 'aws' } })).ask('GET', '/')).status).toBe(200)
})

test.each<[string, Partial<ApiServerOptions>]>([
  ['createApiServer authenticate', { authenticate: undefined as never }],
  ['createApiServer port', { port: 70_000 }],
  ['createApiServer bodyLimit', { bodyLimit: -1 }],
  ['createApiServer errorStatus', { errorStatus: { x: 200 } }],
  ['rateLimit burst', { rateLimit: { perSecond: 1, burst: 0 } }],
  ['route path', { routes: [{ ...ROUTES[0]!, path: 'x' }] }],
  ['route path', { routes: [{ ...ROUTES[0]!, path: '/a b' }] }],
  ['route path', { routes: [{ ...ROUTES[0]!, path: '/{a}/{a}' }] }],
  ['routes', { routes: [ROUTES[0]!, ROUTES[0]!] }],
  ['route / role', { routes: [{ ...ROUTES[0]!, role: 'root' as never }] }],
  ['route / role', { routes: [{ ...ROUTES[0]!, role: [] }] }],
  ['route / role', { routes: [{ ...ROUTES[0]!, role: ['anonymous' as never] }] }],
  ['route / method', { routes: [{ ...ROUTES[0]!, method: 'HEAD' as never }] }],
])('%s is checked', async (field, options) => {
  await expect(serving({ routes: ROUTES, authenticate: async () => undefined, ...options })).rejects.toThrow(
    `${field}: expected`,
  )
})
