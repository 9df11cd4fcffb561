import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { ask, connectionsOf, dial, eventually, primaryOf, proxyTo, rawPrimary, stubEngine } from './fixtures.ts'

const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: shop\r\nX-Case: K\u00e9pt\r\nconnection: Upgrade\r\nUpgrade: websocket\r\nExpect: x\r\n\r\n'
const CONNECT = 'CONNECT db.example:443 HTTP/1.1\r\nHost: db.example:443\r\nProxy-Authorization: x\r\n\r\n'
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nupGRADE: websocket\r\n\r\n'

/** Notes each byte it gets, and answers with `answer` and, after that, what it gets. */
async function parrot(answer: string) {
  let got = ''
  const held = Promise.withResolvers<Socket>()
  const primary = await rawPrimary(socket => {
    socket.setEncoding('latin1')
    held.resolve(socket)
    socket.on('data', (chunk: string) => {
      const before = got.includes('\r\n\r\n')
      got += chunk
      if (before) socket.write(chunk, 'latin1')
      else if (got.includes('\r\n\r\n')) socket.write(answer + got.slice(got.indexOf('\r\n\r\n') + 4), 'latin1')
    })
    socket.on('end', () => socket.end())
  })
  return { ...primary, got: () => got, socket: held.promise }
}

test.each([
  ['upgrade', UPGRADE, SWITCHED],
  ['upgrade', UPGRADE.replace('websocket', 'another-protocol'), SWITCHED],
  ['upgrade', UPGRADE, 'HTTP/1.1 426 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n'],
  ['connect', CONNECT, 'HTTP/1.1 200 Connected\r\n\r\n'],
  ['connect', CONNECT, 'HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n'],
] as const)('%s %j passes byte for byte, both ways, and is counted as not shadowed', async (how, request, answer) => {
  // Without: http-proxy drops what is not WebSocket's, renames headers, and breaks the body of a refusal.
  const primary = await parrot(answer)
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  const client = dial(proxy.origin)
  client.send(`${request}first`)
  await client.until(/first$/)
  client.send('\u0000\u00ff second')
  await client.until(/second$/)
  expect(client.text).toBe(`${answer}first\u0000\u00ff second`)
  expect(primary.got()).toBe(`${request}first\u0000\u00ff second`)
  expect(engine).toMatchObject({ skipped: [how], seen: [] })
  expect(proxy.counts).toMatchObject({
    requests: 0,
    upgrades: how === 'upgrade' ? 1 : 0,
    connects: how === 'connect' ? 1 : 0,
  })
  client.socket.end()
  expect(await client.ended).toBe('end')
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
})

test('CONNECT dials the primary and never the host that it names', async () => {
  // An open proxy would.
  const bystander = await rawPrimary(socket => socket.end('never'))
  const primary = await primaryOf(() => {})
  let asked = ''
  primary.server.on('connect', (request, socket) => {
    asked = `${request.method} ${request.url}`
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  const proxy = await proxyTo(primary.origin)
  const named = new URL(bystander.origin).host
  const client = dial(proxy.origin)
  client.send(`CONNECT ${named} HTTP/1.1\r\nHost: ${named}\r\n\r\n`)
  await client.until(/^HTTP\/1\.1 403 /)
  expect(asked).toBe(`CONNECT ${named}`)
  expect(bystander.connections()).toBe(0)
})

test('an upgrade for another origin is refused', async () => {
  const primary = await parrot(SWITCHED)
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(
    'GET http://other.example/chat HTTP/1.1\r\nHost: other.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  await client.until(/^HTTP\/1\.1 400 /)
  expect(await client.ended).toBe('end')
  expect(primary.connections()).toBe(0)
  expect(proxy.counts).toMatchObject({ upgrades: 1, refused: 1 })
})

test('X-Forwarded-* are appended to an upgrade when asked', async () => {
  const primary = await parrot(SWITCHED)
  const proxy = await proxyTo(primary.origin, { xfwd: true })
  const client = dial(proxy.origin)
  client.send(UPGRADE)
  await client.until(/101/)
  expect(primary.got()).toContain('\r\nX-Forwarded-For: 127.0.0.1\r\n')
})

test.each([UPGRADE, CONNECT])('%j to a primary that is down is a 502, and the proxy lives', async request => {
  // Without a handler of its own, http-proxy throws out of an event, which ends the process.
  const gone = await primaryOf(() => {})
  gone.server.close()
  await eventually(() => !gone.server.listening)
  const proxy = await proxyTo(gone.origin)
  for (let i = 1; i <= 2; i++) {
    const client = dial(proxy.origin)
    client.send(request)
    await client.until(/^HTTP\/1\.1 502 [\s\S]*reached\.\n$/)
    expect(await client.ended).toBe('end')
    expect(proxy.counts.unreachable).toBe(i)
  }
})

test('an upgrade that the primary does not answer is a 504; one that it did has no deadline', async () => {
  const clock = virtualClock()
  let answer = ''
  let asked = 0
  const primary = await rawPrimary(socket => {
    socket.once('data', () => {
      asked++
      if (answer !== '') socket.write(answer)
    })
  })
  const proxy = await proxyTo(primary.origin, { timeoutMs: 1000, clock })
  const first = dial(proxy.origin)
  first.send(UPGRADE)
  await eventually(() => asked === 1)
  await clock.advance(1000)
  await first.until(/^HTTP\/1\.1 504 /)
  answer = SWITCHED
  const second = dial(proxy.origin)
  second.send(UPGRADE)
  await second.until(/101/)
  await clock.advance(100_000)
  second.send('still here')
  expect(proxy.counts).toMatchObject({ timeout: 1, unreachable: 0 })
  await eventually(async () => (await connectionsOf(primary.server)) === 1)
})

test('a customer who leaves, in order or not, takes the connection to the primary along', async () => {
  for (const leave of ['destroy', 'resetAndDestroy'] as const) {
    const primary = await parrot(SWITCHED)
    const proxy = await proxyTo(primary.origin)
    const client = dial(proxy.origin)
    client.send(UPGRADE)
    await client.until(/101/)
    client.socket[leave]()
    await eventually(async () => (await connectionsOf(primary.server)) === 0)
  }
})

test('a primary that leaves, in order or not, ends the customer\u2019s connection', async () => {
  for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
    const primary = await parrot(SWITCHED)
    const proxy = await proxyTo(primary.origin)
    const client = dial(proxy.origin)
    client.send(UPGRADE)
    await client.until(/101/)
    ;(await primary.socket)[leave]()
    await client.ended
    expect(proxy.counts.unreachable).toBe(0)
  }
})

test('a primary that closes without a word has its way', async () => {
  const primary = await rawPrimary(socket => socket.once('data', () => socket.end()))
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(CONNECT)
  expect(await client.ended).toBe('end')
  expect(client.text).toBe('')
})

test('an upgrade behind a request that is not answered yet is not let through', async () => {
  // Without: the answer to the first would be written into the other's bytes.
  let asked = 0
  const primary = await primaryOf(() => void asked++)
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  const client = dial(proxy.origin)
  client.send(`GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n${UPGRADE}`)
  await client.ended
  expect(client.text).toBe('')
  expect(engine.skipped).toEqual([])
  // The primary is asked for nothing more, and the proxy lives.
  primary.server.removeAllListeners('request')
  primary.server.on('request', (_, response) => response.end('fine'))
  expect((await ask(proxy.origin)).body).toBe('fine')
  expect(asked).toBeLessThanOrEqual(1)
})
