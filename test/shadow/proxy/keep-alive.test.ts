import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ask, primaryOf, proxyTo, rawPrimary } from './fixtures.ts'

const FINE = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine'

/** Answers the first request on each connection and, at the next one there, does what `then` says. */
const stale = (then: (socket: Socket) => void) =>
  rawPrimary(socket => {
    let requests = 0
    socket.on('data', () => void (requests++ === 0 ? socket.write(FINE) : then(socket)))
  })

test('connections to the primary are used again, and it is counted', async () => {
  // Without an agent http-proxy sends `Connection: close` and opens one for each request.
  let connections = 0
  const primary = await primaryOf((request, response) => {
    request.resume()
    response.end('fine')
  })
  primary.server.on('connection', () => void connections++)
  const proxy = await proxyTo(primary.origin)
  for (let i = 0; i < 5; i++) await ask(proxy.origin, i % 2 === 0 ? {} : { method: 'POST', body: 'x' })
  expect(connections).toBe(1)
  expect(proxy.counts).toMatchObject({ requests: 5, reused: 4, retried: 0 })
})

test.each(['GET', 'HEAD'])('a %s that meets a connection as it is closed is sent again', async method => {
  // Without: the customer sees a 502 that he would not have seen without the proxy.
  for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
    const primary = await stale(socket => socket[leave]())
    const proxy = await proxyTo(primary.origin)
    expect((await ask(proxy.origin)).status).toBe(200)
    expect((await ask(proxy.origin, { method })).status).toBe(200)
    expect(primary.connections()).toBe(2)
    expect(proxy.counts).toMatchObject({ requests: 2, reused: 1, retried: 1, unreachable: 0 })
  }
})

test.each([
  ['POST', 'x'],
  ['POST', undefined],
  ['PUT', 'x'],
  ['DELETE', undefined],
  ['GET', 'a body'],
])('a %s with the body %s is not: it may have been done', async (method, body) => {
  const primary = await stale(socket => socket.destroy())
  const proxy = await proxyTo(primary.origin)
  await ask(proxy.origin)
  expect(
    (
      await ask(proxy.origin, {
        method,
        ...(body === undefined ? {} : { body, headers: { 'content-length': body.length } }),
      })
    ).status,
  ).toBe(502)
  expect(proxy.counts).toMatchObject({ retried: 0, unreachable: 1 })
})

test('a GET whose answer had begun is not', async () => {
  const primary = await stale(socket => socket.end('HTTP/1.1 200 O'))
  const proxy = await proxyTo(primary.origin)
  await ask(proxy.origin)
  expect((await ask(proxy.origin)).status).toBe(502)
  expect(proxy.counts).toMatchObject({ retried: 0, unreachable: 1 })
})

test('a GET on a new connection is not, nor is one for the second time', async () => {
  const primary = await rawPrimary((socket, connection) => {
    let requests = 0
    socket.on('data', () => void (connection === 0 && requests++ === 0 ? socket.write(FINE) : socket.destroy()))
  })
  const proxy = await proxyTo(primary.origin)
  await ask(proxy.origin)
  expect((await ask(proxy.origin)).status).toBe(502)
  expect(primary.connections()).toBe(2)
  expect((await ask(proxy.origin)).status).toBe(502)
  expect(primary.connections()).toBe(3)
  expect(proxy.counts).toMatchObject({ retried: 1, unreachable: 2 })
})

test('a GET that meets one stale connection is not sent by the next one', async () => {
  // Without a new connection for it: a primary that was restarted has left as many stale ones as there were.
  let waiting: Socket[] = []
  const primary = await rawPrimary(socket => {
    let requests = 0
    socket.on('data', () => {
      if (requests++ > 0) return void socket.destroy()
      waiting.push(socket)
      // The first three wait for each other, so that there are three connections.
      if (waiting.length < 3 && primary.connections() <= 3) return
      for (const each of waiting) each.write(FINE)
      waiting = []
    })
  })
  const proxy = await proxyTo(primary.origin)
  await Promise.all([ask(proxy.origin), ask(proxy.origin), ask(proxy.origin)])
  expect(primary.connections()).toBe(3)
  expect((await ask(proxy.origin)).status).toBe(200)
  expect(primary.connections()).toBe(4)
  expect(proxy.counts).toMatchObject({ reused: 1, retried: 1, unreachable: 0 })
})
