import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { createForwarder } from '../../../src/shadow/proxy/index.ts'
import {
  ask,
  connectionsOf,
  dial,
  eventually,
  listening,
  primaryOf,
  proxyTo,
  rawPrimary,
  settled,
  stubEngine,
} from './fixtures.ts'

const GET = 'GET / HTTP/1.1\r\nHost: shop\r\n\r\n'

test('a primary that is down is a short 502 that names nothing, again and again; the connection goes on', async () => {
  // Without a handler for each request, http-proxy throws out of an event, which ends the process.
  const gone = await primaryOf(() => {})
  gone.server.close()
  await eventually(() => !gone.server.listening)
  const warned: unknown[] = []
  const engine = stubEngine()
  const proxy = await proxyTo(gone.origin, { shadow: engine, logger: { warn: (...said) => void warned.push(said) } })
  const client = dial(proxy.origin)
  client.send(GET)
  await client.until(/reached\.\n$/)
  client.send(`POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}${GET}`)
  await client.until(/(?:502 Bad Gateway[\s\S]*?reached\.\n[\s\S]*?){3}/)
  expect(client.text).not.toContain(new URL(gone.origin).port)
  expect(proxy.counts).toMatchObject({ requests: 3, unreachable: 3 })
  expect(engine.abandoned).toEqual([502, 502, 502])
  expect(JSON.stringify(warned[0])).toContain('ECONNREFUSED')
})

test('a primary that says nothing is a 504 after timeoutMs, and its connection is closed', async () => {
  // With `proxyTimeout` of http-proxy: the same error as a connection that was lost, so a 502.
  const clock = virtualClock()
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const client = dial(proxy.origin)
  client.send(GET)
  await eventually(() => waiting === 1)
  await clock.advance(999)
  expect(proxy.counts.timeout).toBe(0)
  await clock.advance(1)
  expect(await client.until(/in time\.\n$/)).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts).toMatchObject({ timeout: 1, unreachable: 0 })
  // The connection is as good as before.
  client.send(GET)
  await eventually(() => waiting === 2)
})

test('a customer who sends slowly is not timed out, and the primary has its time from the end of the body', async () => {
  const clock = virtualClock()
  let got = ''
  let finish = () => {}
  const primary = await primaryOf((request, response) => {
    finish = () => response.end('fine')
    request.on('data', chunk => {
      got += chunk
    })
  })
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nab')
  await eventually(() => got === 'ab')
  await clock.advance(10_500)
  client.send('cd')
  await eventually(() => got === 'abcd')
  await clock.advance(900)
  expect(proxy.counts.timeout).toBe(0)
  finish()
  await client.until(/fine$/)
})

test('a primary that reads an upload slowly has its time from whenever it read', async () => {
  const clock = virtualClock()
  const held = Promise.withResolvers<Socket>()
  const primary = await rawPrimary(socket => {
    socket.pause()
    held.resolve(socket)
  })
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000000000\r\n\r\n')
  const chunk = 'x'.repeat(1 << 20)
  let isOver = false
  const pump = () => {
    while (!isOver && client.socket.write(chunk));
  }
  client.socket.on('drain', pump)
  pump()
  const reader = await held.promise
  // All that is between the two is full, again and again, for longer than the primary has.
  for (let i = 1; i <= 4; i++) {
    await settled(() => client.socket.bytesWritten - client.socket.writableLength)
    await clock.advance(600)
    expect(proxy.counts.timeout).toBe(0)
    const before = reader.bytesRead
    reader.resume()
    await eventually(() => reader.bytesRead - before > 32 * chunk.length)
    reader.pause()
  }
  isOver = true
})

test('a primary that stops reading an upload is a 504', async () => {
  const clock = virtualClock()
  let connected = false
  const primary = await rawPrimary(socket => {
    socket.pause()
    connected = true
  })
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000000000\r\n\r\n')
  await eventually(() => connected)
  const chunk = 'x'.repeat(1 << 20)
  // As much as all the buffers between the two take.
  let stuck = false
  const pump = () => {
    while (!stuck && client.socket.write(chunk));
  }
  client.socket.on('drain', pump)
  pump()
  await eventually(async () => {
    // Until the proxy's upstream request is full, time passing only finds a customer who is slow.
    await clock.advance(1000)
    return proxy.counts.timeout === 1
  })
  stuck = true
  await client.until(/^HTTP\/1\.1 504 /)
})

test('an answer that has begun may take as long as it likes', async () => {
  const clock = virtualClock()
  let finish = () => {}
  const primary = await primaryOf((_, response) => {
    response.write('one ')
    finish = () => response.end('two.')
  })
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const client = dial(proxy.origin)
  client.send(GET)
  await client.until(/one /)
  await clock.advance(100_000)
  finish()
  await client.until(/two\./)
  expect(proxy.counts).toMatchObject({ timeout: 0, cut: 0 })
})

test.each([
  ['a length', '1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ['chunks', '1.1', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['a length, to HTTP/1.0', '1.0', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  // Here the end of the connection is the end of the body, so it has to be an error for the customer.
  ['chunks, to HTTP/1.0', '1.0', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
])('an answer with %s that breaks off is never taken for a whole one', async (what, version, begin) => {
  // Without: the customer's connection stays open, and waits for the rest for ever.
  const held = Promise.withResolvers<Socket>()
  const primary = await rawPrimary(socket => {
    socket.once('data', () => {
      socket.write(begin)
      held.resolve(socket)
    })
  })
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  const client = dial(proxy.origin)
  client.send(`GET / HTTP/${version}\r\nHost: shop\r\n\r\n`)
  await client.until(/half/)
  ;(await held.promise).destroy()
  const how = await client.ended
  // No last chunk, fewer bytes than promised, or an error.
  expect(client.text).not.toContain('0\r\n\r\n')
  if (what === 'chunks, to HTTP/1.0') expect(how).toBe('ECONNRESET')
  expect(proxy.counts).toMatchObject({ cut: 1, aborted: 0, unreachable: 0 })
  expect(engine.abandoned).toEqual([])
})

test('an answer that is reset breaks off too', async () => {
  // Without: Node tells of a whole answer, and the customer gets one.
  const held = Promise.withResolvers<Socket>()
  const primary = await rawPrimary(socket => {
    socket.once('data', () => {
      // Until its end, by its headers.
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf')
      held.resolve(socket)
    })
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(GET)
  await client.until(/half/)
  ;(await held.promise).resetAndDestroy()
  await client.ended
  expect(client.text).not.toContain('0\r\n\r\n')
  expect(proxy.counts.cut).toBe(1)
})

test('an answer that ends with its connection is whole', async () => {
  const primary = await rawPrimary(socket => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it')))
  const proxy = await proxyTo(primary.origin)
  expect(await ask(proxy.origin)).toMatchObject({ status: 200, body: 'all of it' })
  expect(proxy.counts.cut).toBe(0)
})

test('an answer before the end of the upload reaches the customer; the primary gets the rest, and the next one', async () => {
  // Without: the upload stops for good, for Node's client tells of no `drain` once it has the answer.
  let got = 0
  const primary = await primaryOf((request, response) => {
    if (request.method === 'GET') return response.end('next')
    request.on('data', chunk => {
      got += chunk.length
    })
    response.writeHead(413).end('too much')
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 3000000\r\n\r\nbegun')
  await client.until(/^HTTP\/1\.1 413 [\s\S]*too much/)
  client.send('x'.repeat(3_000_000 - 5) + GET)
  await client.until(/next/)
  await eventually(() => got === 3_000_000)
})

test('an answer before the end of the upload, from a primary that leaves then, leaves the connection usable', async () => {
  // Without: what is left of the upload is read by nobody, and the connection is stuck.
  let first: Socket | undefined
  const primary = await rawPrimary((socket, connection) => {
    if (connection === 0) first = socket
    socket.once('data', () => {
      const body =
        connection === 0
          ? 'HTTP/1.1 413 No\r\nContent-Length: 8\r\n\r\ntoo much'
          : 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext'
      socket.write(body)
    })
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 3000000\r\n\r\nbegun')
  await client.until(/too much/)
  first!.destroy()
  client.send('x'.repeat(3_000_000 - 5) + GET)
  await client.until(/next/)
})

test('an answer with a long head is passed on; one that is too long is a 502', async () => {
  // Without: more than 16 KiB is a 502, and a primary may well send more.
  let size = 40_000
  const primary = await primaryOf((_, response) => void response.setHeader('X-Long', 'y'.repeat(size)).end('fine'))
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(GET)
  await client.until(/y{40000}\r\n[\s\S]*fine/)
  size = 70_000
  client.send(GET)
  await client.until(/HTTP\/1\.1 502 /)
})

test('a closed forwarder answers 503, and what it was about to is told 502', async () => {
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  const forwarder = createForwarder({ target: primary.origin })
  const origin = await listening(createServer(forwarder.handle))
  const client = dial(origin)
  client.send(GET)
  await eventually(() => waiting === 1)
  await forwarder.close()
  await client.until(/HTTP\/1\.1 502 /)
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  client.send(GET)
  await client.until(/HTTP\/1\.1 503 /)
  await forwarder.close()
})
