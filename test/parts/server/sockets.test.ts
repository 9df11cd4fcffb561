import { expect, test } from 'vitest'
import type { Route } from '../../../src/parts/server/index.ts'
import { dial, gate, opened, serving } from './support.ts'

const ECHO: Route = {
  method: 'POST',
  path: '/echo',
  role: 'anonymous',
  body: value => value,
  handler: c => ({ json: c.body ?? null }),
}
const PING: Route = { method: 'GET', path: '/ping', role: 'anonymous', handler: () => ({ text: 'pong' }) }
const JSON_HEAD = 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

test.each<[string, number, string]>([
  ['two hosts', 400, 'GET /ping HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n'],
  ['no host', 400, 'GET /ping HTTP/1.1\r\n\r\n'],
  ['an empty host', 421, 'GET /ping HTTP/1.1\r\nHost:\r\n\r\n'],
  ['a host that leads here', 421, 'GET /ping HTTP/1.1\r\nHost: rebound.example\r\n\r\n'],
  ['a host that looks like loopback', 421, 'GET /ping HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n'],
  ['a host with a user', 421, 'GET /ping HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n'],
  ['a host with two ports', 421, 'GET /ping HTTP/1.1\r\nHost: localhost:1:2\r\n\r\n'],
  ['a whole URL', 400, 'GET http://localhost/ping HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['everything', 400, 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['two credentials', 400, 'GET /ping HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\nauthorization: b\r\n\r\n'],
  ['two types', 400, `${JSON_HEAD}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`],
  [
    'two origins',
    400,
    'GET /ping HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil\r\n\r\n',
  ],
  ['both lengths', 400, `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', 400, `${JSON_HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
  ['a length with a sign', 400, `${JSON_HEAD}Content-Length: +2\r\n\r\n{}`],
  ['a coding that is none', 0, `${JSON_HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['a coding before chunks', 400, `${JSON_HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['a space before the colon', 400, `${JSON_HEAD}Content-Length : 2\r\n\r\n{}`],
  ['a bare line feed', 400, 'GET /ping HTTP/1.1\nHost: localhost\n\n'],
  ['a head too large', 431, `GET /ping HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['no HTTP', 400, 'HELO you\r\n\r\n'],
  ['an expectation that is none', 417, 'GET /ping HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n\r\n'],
  // 0: cut off without a word.
])('%s: %i', async (_, status, text) => {
  const server = await serving({ routes: [ECHO, PING] })
  const client = dial(server.url)
  client.send(text)
  const answer = await client.until(/^HTTP\/1\.1 \d+/).catch(() => 'HTTP/1.1 0 ')
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  const other = dial(server.url)
  other.send('GET /ping HTTP/1.1\r\nHost: localhost:1234\r\n\r\n')
  await other.until(/pong/)
})

test('what a chunked body hides is not a request', async () => {
  const server = await serving({ routes: [ECHO, PING] })
  const client = dial(server.url)
  const hidden = JSON.stringify('0\r\n\r\nGET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n')
  client.send(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`)
  client.send('GET /ping HTTP/1.1\r\nHost: [::1]\r\n\r\n')
  const text = await client.until(/pong/)
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})

test('who sends too much gets to read why, and is cut off', async () => {
  const server = await serving({ routes: [ECHO, PING], bodyLimit: 1000 })
  const announced = dial(server.url)
  announced.send(`${JSON_HEAD}Content-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`)
  expect(await announced.until(/too-large/)).toMatch(/^HTTP\/1\.1 413 .*connection: close/is)
  await announced.closed
  const chunked = dial(server.url)
  chunked.send(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`)
  const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
  chunked.send(chunk + chunk)
  expect(await chunked.until(/too-large/)).toMatch(/^HTTP\/1\.1 413/)
  // For as long as it likes to go on.
  while (!chunked.socket.destroyed) {
    chunked.send(chunk.repeat(50))
    await new Promise(resolve => setImmediate(resolve))
  }
})

test('who sends too much is not cut off in the middle of it, or it might never see why', async () => {
  const server = await serving({ routes: [ECHO], bodyLimit: 1000 })
  const client = dial(server.url)
  let ended = false
  client.socket.on('end', () => {
    ended = true
  })
  client.send(`${JSON_HEAD}Content-Length: 60000\r\n\r\n${'x'.repeat(30_000)}`)
  expect(await client.until(/too-large/)).toMatch(/^HTTP\/1\.1 413/)
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(ended).toBe(false)
  client.send('x'.repeat(30_000))
  await client.closed
})

test('a request that arrives while the server closes is refused', async () => {
  const held = gate()
  const started = gate()
  const waiting: Route = {
    method: 'GET',
    path: '/held',
    role: 'anonymous',
    handler: () => {
      started.resolve()
      return held.promise.then(() => ({ text: 'at last' }))
    },
  }
  const server = await serving({ routes: [PING, waiting] })
  const [under, late] = [dial(server.url), dial(server.url)]
  under.send('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n')
  late.send('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await Promise.all([started.promise, late.until(/pong/)])
  late.send('GET /ping HTTP/1.1\r\n')
  await new Promise(resolve => setTimeout(resolve, 100))
  const closed = server.close()
  late.send('Host: localhost\r\n\r\n')
  expect(await late.until(/HTTP\/1\.1 503/)).toMatch(/"code":"closing"|connection: close/i)
  held.resolve()
  await Promise.all([closed, late.closed, under.closed])
})

test('who asks first whether it may send a body is told before it sends', async () => {
  const server = await serving({ routes: [ECHO], bodyLimit: 1000 })
  const client = dial(server.url)
  client.send(`${JSON_HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`)
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
  client.send('{}')
  await client.until(/HTTP\/1\.1 200 OK[\s\S]*\{\}/)
  const large = dial(server.url)
  large.send(`${JSON_HEAD}Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n`)
  expect(await large.until(/HTTP\/1\.1 413/)).not.toContain('Continue')
  await large.closed
})

test.each([
  ['a head', 'GET /ping HTTP/1.1\r\nHost: loc'],
  ['a body', `${JSON_HEAD}Content-Length: 20\r\n\r\n{"a"`],
])('%s that never ends is cut', async (_, text) => {
  const server = await serving({ routes: [ECHO, PING], requestTimeoutMs: 200 })
  const client = dial(server.url)
  client.send(text)
  await client.closed
  expect(client.text()).toMatch(/^$|^HTTP\/1\.1 408 Request Timeout/)
})

test('a client that goes away aborts what it asked for', async () => {
  const [started, aborted] = [gate(), gate<unknown>()]
  const server = await serving({
    routes: [
      {
        method: 'GET',
        path: '/wait',
        role: 'anonymous',
        handler: ({ signal }) => {
          started.resolve()
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted.resolve(signal.reason)
              reject(signal.reason)
            })
          })
        },
      },
    ],
  })
  const client = dial(server.url)
  client.send('GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await started.promise
  client.socket.destroy()
  expect(await aborted.promise).toMatchObject({ code: 'aborted' })
})

test('a server that closes ends what is idle, tells what waits, and waits for what is under way', async () => {
  const [started, held] = [gate(), gate()]
  let tellClosing: unknown
  const server = await serving({
    routes: [
      PING,
      {
        method: 'GET',
        path: '/held',
        role: 'anonymous',
        handler: async ({ closing }) => {
          closing.addEventListener('abort', () => (tellClosing = closing.reason))
          started.resolve()
          await held.promise
          return { text: 'at last' }
        },
      },
    ],
  })
  const [idle, silent, under] = [dial(server.url), dial(server.url), dial(server.url)]
  idle.send('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await idle.until(/pong/)
  await opened(silent.socket)
  under.send('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await started.promise
  const closed = server.close()
  expect(tellClosing).toMatchObject({ code: 'closed' })
  await Promise.all([idle.closed, silent.closed])
  under.send('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n')
  held.resolve()
  expect(await under.until(/at last/)).toMatch(/connection: close/i)
  await Promise.all([closed, server.close(), under.closed])
  await expect(fetch(server.url)).rejects.toThrow()
})

test('what does not end in time is aborted and cut', async () => {
  const [started, aborted] = [gate(), gate<unknown>()]
  const server = await serving({
    routes: [
      {
        method: 'GET',
        path: '/deaf',
        role: 'anonymous',
        handler: ({ signal }) => {
          signal.addEventListener('abort', () => aborted.resolve(signal.reason))
          started.resolve()
          return new Promise(() => {})
        },
      },
    ],
  })
  const client = dial(server.url)
  client.send('GET /deaf HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await started.promise
  await server.close({ timeoutMs: 20 })
  expect(await aborted.promise).toMatchObject({ code: 'closed' })
  await client.closed
})

test('a port that is taken is an error', async () => {
  const server = await serving({ routes: [PING] })
  await expect(serving({ routes: [PING], port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
