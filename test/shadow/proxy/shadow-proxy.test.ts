import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { type ShadowProxyOptions, startShadowProxy } from '../../../src/shadow/proxy/index.ts'
import {
  ask,
  connectionsOf,
  dial,
  eventually,
  listening,
  primaryOf,
  proxyTo,
  rawPrimary,
  stubEngine,
} from './fixtures.ts'

const GET = 'GET / HTTP/1.1\r\nHost: shop\r\n\r\n'

test('listens on this machine only, on a free port, and shows what passes to the engine', async () => {
  const primary = await primaryOf((request, response) => response.end(`${request.method} ${request.url}`))
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  expect(new URL(proxy.origin).hostname).toBe('127.0.0.1')
  expect((await ask(`${proxy.origin}/a?b=c`, { method: 'PUT', body: 'x' })).body).toBe('PUT /a?b=c')
  expect(engine).toMatchObject({ seen: ['PUT /a?b=c'], skipped: [], abandoned: [] })
  expect(proxy.counts).toMatchObject({ requests: 1, malformed: 0 })
})

test('listens on another address when asked', async () => {
  const primary = await primaryOf((_, response) => response.end('fine'))
  const proxy = await proxyTo(primary.origin, { host: '::1' })
  expect(proxy.origin).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect((await ask(proxy.origin)).body).toBe('fine')
})

test('an engine without abandon will do', async () => {
  const primary = await rawPrimary(socket => socket.destroy())
  const proxy = await proxyTo(primary.origin, { shadow: { handler: listener => listener, skip() {} } })
  expect((await ask(proxy.origin)).status).toBe(502)
})

test('an engine that takes the answer over is let', async () => {
  const primary = await primaryOf(() => {})
  const proxy = await proxyTo(primary.origin, {
    shadow: { handler: () => (_, response) => void response.end('mine'), skip() {} },
  })
  expect((await ask(proxy.origin)).body).toBe('mine')
})

const ENGINE = stubEngine()
test.each<[object, RegExp]>([
  [
    { keepAlive: 5 },
    /startShadowProxy\.keepAlive: expected one of primary, .*\(keepAliveMs, perhaps\), got "keepAlive"/,
  ],
  [{ target: 'http://127.0.0.1:1' }, /startShadowProxy\.target: expected one of primary, shadow, /],
  [{ primary: 'nowhere' }, /startShadowProxy primary: expected an http or https origin/],
  [{ shadow: {} }, /startShadowProxy shadow: expected an object with handler, skip \(missing: handler, skip\)/],
  [{ shadow: undefined }, /startShadowProxy shadow/],
  [{ port: 70_000 }, /startShadowProxy port: expected a whole number, 0 to 65535, got 70000/],
  [{ host: '' }, /startShadowProxy host: expected a non-empty string/],
  [{ keepAliveMs: -1 }, /keepAliveMs/],
  [{ timeoutMs: 'long' }, /timeoutMs/],
  [
    { port: 8099, primary: 'http://127.0.0.1:8099' },
    /primary: expected another address than the proxy's own, port 8099/,
  ],
  [{ port: 8099, primary: 'http://localhost:8099' }, /another address than the proxy's own/],
])('%j is refused by name', async (options, message) => {
  const all = { primary: 'http://127.0.0.1:1', shadow: ENGINE, ...options }
  await expect(startShadowProxy(all as ShadowProxyOptions)).rejects.toThrow(message)
})

test('a port that is taken is the system\u2019s error', async () => {
  const taken = createServer()
  const origin = await listening(taken)
  const { port } = taken.address() as AddressInfo
  const started = startShadowProxy({ primary: 'http://127.0.0.1:1', shadow: stubEngine(), port })
  await expect(started, origin).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('what cannot be read is a short 400, a head that is too long a 431', async () => {
  let asked = 0
  const primary = await primaryOf((_, response) => {
    asked++
    response.end('fine')
  })
  const proxy = await proxyTo(primary.origin)
  const wrong = dial(proxy.origin)
  wrong.send('nonsense\r\n\r\n')
  await wrong.until(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*read\.\n$/)
  expect(await wrong.ended).toBe('end')
  const long = dial(proxy.origin)
  // As long as it may be, and some more: nothing is left unread that would reset the connection.
  long.send(`GET / HTTP/1.1\r\nHost: shop\r\nX-Long: ${'y'.repeat(66_000)}`)
  await long.until(/^HTTP\/1\.1 431 /)
  const fits = dial(proxy.origin)
  fits.send(`GET / HTTP/1.1\r\nHost: shop\r\nX-Long: ${'y'.repeat(60_000)}\r\n\r\n`)
  // More than this primary takes, which is for it to say.
  await fits.until(/^HTTP\/1\.1 431 /)
  expect(asked).toBe(0)
  expect(proxy.counts).toMatchObject({ malformed: 2, requests: 1 })
})

test('a customer who resets the connection is nobody\u2019s 400', async () => {
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(GET)
  await eventually(() => waiting === 1)
  client.socket.resetAndDestroy()
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts).toMatchObject({ aborted: 1, malformed: 0 })
})

test('nonsense behind a request ends the connection and writes nothing into its answer', async () => {
  // Without: a 400 stands where the answer to the request should be, or in the middle of it.
  const primary = await primaryOf(
    (_, response) => void response.writeHead(200, { 'Content-Length': 100 }).write('begun'),
  )
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(GET)
  await client.until(/begun$/)
  client.send('nonsense\r\n\r\n')
  await client.ended
  expect(client.text).toMatch(/begun$/)
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
})

test('close waits for what is under way, and takes nothing new', async () => {
  let finish = () => {}
  const primary = await primaryOf((_, response) => {
    finish = () => response.end('whole')
    response.write('begun ')
  })
  const proxy = await proxyTo(primary.origin)
  const busy = dial(proxy.origin)
  const idle = dial(proxy.origin)
  const used = dial(proxy.origin)
  used.send('GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n')
  await used.until(/400/)
  busy.send(GET)
  await busy.until(/begun/)
  let isClosed = false
  const closed = proxy.close().then(() => (isClosed = true))
  // An idle connection is closed at once, used or not.
  await Promise.all([used.ended, idle.ended])
  expect(isClosed).toBe(false)
  await expect(ask(proxy.origin)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  finish()
  await busy.until(/whole/)
  await closed
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
})

test('close cuts off what is left at its deadline: requests, half requests, and WebSockets', async () => {
  const clock = virtualClock()
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  primary.server.on('upgrade', (_, socket) => {
    socket.resume().on('end', () => socket.end())
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  const proxy = await proxyTo(primary.origin, { clock })
  const waits = dial(proxy.origin)
  waits.send(GET)
  const half = dial(proxy.origin)
  half.send('GET / HTTP/1.1\r\nHo')
  const chats = dial(proxy.origin)
  chats.send('GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await chats.until(/101/)
  await eventually(() => waiting === 1)
  let isClosed = false
  const closed = proxy.close({ timeoutMs: 5000 }).then(() => (isClosed = true))
  await clock.advance(4999)
  expect(isClosed).toBe(false)
  await clock.advance(1)
  await closed
  await Promise.all([waits.ended, half.ended, chats.ended])
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  // Again: the same end.
  await proxy.close({ timeoutMs: 1 })
  await proxy[Symbol.asyncDispose]()
})

test('close refuses a deadline that is none', async () => {
  const proxy = await proxyTo('http://127.0.0.1:1')
  await expect(proxy.close({ timeoutMs: -1 })).rejects.toThrow('close timeoutMs: expected a number, 0 or more, got -1')
})
