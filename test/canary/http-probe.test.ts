import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type HttpProbeOptions, httpProbe } from '../../src/canary/index.ts'
import { deadline, realClock, virtualClock } from '../../src/core/index.ts'

/** A real server on loopback; its origin. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const run = (options: Omit<HttpProbeOptions, 'name'>, signal = new AbortController().signal) =>
  httpProbe({ name: 'probe', ...options }).run({ signal })
const answering = (status: number, body = 'fine') => serve((_, response) => response.writeHead(status).end(body))

test.each([
  [200, undefined, true],
  [299, undefined, true],
  [300, undefined, false],
  [404, undefined, false],
  [404, 404, true],
  [200, 404, false],
  [418, [400, 499], true],
  [399, [400, 499], false],
  [500, [400, 499], false],
] as const)('an answer with status %d, where %j is expected, works: %s', async (status, expected, ok) => {
  const url = await answering(status)
  const result = await run({ url, ...(expected === undefined ? {} : { status: expected }) })
  expect(result.ok).toBe(ok)
  if (!ok) expect(result.error).toMatch(new RegExp(`^status: expected \\d+–\\d+, got ${status}$`))
})

test('the method and the headers are sent as given, and the duration is the clock’s', async () => {
  const clock = virtualClock()
  const url = await serve(({ method, headers }, response) => {
    void clock.advance(250).then(() => response.end(`${method} ${headers['x-canary']}`))
  })
  const seen: string[] = []
  const expectBody = (body: string) => void seen.push(body)
  expect(await run({ url, method: 'PUT', headers: { 'x-canary': 'yes' }, expectBody, clock })).toEqual({
    ok: true,
    durationMs: 250,
  })
  expect(seen).toEqual(['PUT yes'])
})

test('the name and the place are the check’s', () => {
  expect(httpProbe({ name: 'door', url: 'http://127.0.0.1' })).not.toHaveProperty('place')
  expect(httpProbe({ name: 'door', url: 'http://127.0.0.1', place: 'aws/eu-north-1' })).toMatchObject({
    name: 'door',
    place: 'aws/eu-north-1',
  })
})

test('a body that is not as expected is a failure with what the expectation says of it', async () => {
  const url = await answering(200, 'version 1')
  const expectBody = (body: string) => (body === 'version 2' ? undefined : `got ${body}`)
  expect(await run({ url, expectBody })).toMatchObject({ ok: false, error: 'got version 1' })
})

test('an expectation that throws is a failure with its own message, whatever it was caused by', async () => {
  const url = await answering(200, '{"half":')
  const thrown = (expectBody: (body: string) => undefined) => run({ url, expectBody })
  expect(await thrown(body => JSON.parse(body))).toMatchObject({ ok: false, error: expect.stringContaining('JSON') })
  const wrapped = thrown(() => {
    throw new Error('the body is no order', { cause: new Error('inner') })
  })
  expect(await wrapped).toMatchObject({ ok: false, error: 'the body is no order' })
})

test('a wrong status is told before the body is looked at', async () => {
  const url = await answering(500, 'oops')
  expect(await run({ url, expectBody: () => 'bad body' })).toMatchObject({ error: expect.stringContaining('got 500') })
})

test('an expectation may answer later, and may reject', async () => {
  const url = await answering(200, 'version 1')
  expect(await run({ url, expectBody: async () => undefined })).toMatchObject({ ok: true })
  expect(await run({ url, expectBody: async body => `got ${body}` })).toMatchObject({
    ok: false,
    error: 'got version 1',
  })
  const rejecting = () => Promise.reject(new Error('no schema'))
  expect(await run({ url, expectBody: rejecting })).toMatchObject({ ok: false, error: 'no schema', code: 'body' })
})

/** A port of loopback that nobody listens on any more. */
async function refusingPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a refused connection tells what really happened', async () => {
  const port = await refusingPort()
  const result = await run({ url: `http://127.0.0.1:${port}` })
  expect(result).toMatchObject({ ok: false, error: `connect ECONNREFUSED 127.0.0.1:${port}` })
})

test('a name whose every address refuses tells what really happened too', async () => {
  const port = await refusingPort()
  // What fetch rejects with then, on machines where `localhost` has two addresses: Node's own error, which has no message.
  const refused = async (): Promise<never> => {
    const socket = connect({
      host: 'two-addresses.test',
      port,
      autoSelectFamily: true,
      lookup: (_, __, found) =>
        (found as (e: null, a: object[]) => void)(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '127.0.0.2', family: 4 },
        ]),
    })
    const cause = await new Promise(resolve => socket.once('error', resolve))
    throw new TypeError('fetch failed', { cause })
  }
  const result = await run({ url: `http://two-addresses.test:${port}`, fetch: refused })
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining('ECONNREFUSED') })
})

test('a redirect is an answer, and nobody follows it', async () => {
  const asked: string[] = []
  const url = await serve(({ url: path = '' }, response) => {
    asked.push(path)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await run({ url })).toMatchObject({ ok: false, error: 'status: expected 200–299, got 302' })
  expect(await run({ url, status: 302 })).toMatchObject({ ok: true })
  expect(asked).toEqual(['/', '/'])
})

test('a server that never answers, or stops in the middle, is left when the deadline comes', async () => {
  const left: string[] = []
  const url = await serve((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': 100 }).write('half')
    response.once('close', () => left.push(request.url ?? ''))
  })
  for (const path of ['/silent', '/half']) {
    let result: unknown
    const probed = deadline(realClock, 50, 'probe', async signal => {
      result = await run({ url: `${url}${path}` }, signal)
    })
    await expect(probed).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => left.includes(path)).toBe(true)
    expect(result).toMatchObject({ ok: false, error: 'probe: no answer within 50 ms' })
  }
})

test.each([
  ['name', { name: '', url: 'http://127.0.0.1' }],
  ['url', { name: 'probe', url: '/relative' }],
  ['url', { name: 'probe', url: 'ftp://x' }],
  ['url', { name: 'probe', url: 5 }],
  ['method', { name: 'probe', url: 'http://127.0.0.1', method: 5 }],
  ['headers', { name: 'probe', url: 'http://127.0.0.1', headers: 5 }],
  ['headers', { name: 'probe', url: 'http://127.0.0.1', headers: { a: 5 } }],
  ['headers', { name: 'probe', url: 'http://127.0.0.1', headers: { 'a b': 'c' } }],
  ['fetch', { name: 'probe', url: 'http://127.0.0.1', fetch: 5 }],
  ['status', { name: 'probe', url: 'http://127.0.0.1', status: {} }],
  ['status', { name: 'probe', url: 'http://127.0.0.1', status: 99 }],
  ['status', { name: 'probe', url: 'http://127.0.0.1', status: [300, 200] }],
])('a bad %s is refused when the probe is made', (field, options) => {
  expect(() => httpProbe(options as never)).toThrow(
    expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringContaining(`httpProbe ${field}: expected`),
    }),
  )
})
