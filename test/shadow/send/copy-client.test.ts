import { once } from 'node:events'
import { createServer as createTls } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { realClock, virtualClock } from '../../../src/core/index.ts'
import {
  type CopyClientOptions,
  type CopyOutcome,
  type CopyRequest,
  copyClient,
} from '../../../src/shadow/send/copy-client.ts'
import { candidate, json, serve, serveTcp } from '../support/servers.ts'

const client = (origin: string, options: Partial<CopyClientOptions> = {}) => {
  const made = copyClient({
    origin: new URL(origin),
    clock: realClock,
    timeoutMs: 2000,
    ...options,
  })
  onTestFinished(() => made.close())
  const send = (request: Partial<CopyRequest> = {}) =>
    new Promise<CopyOutcome>(resolve =>
      made.send(
        {
          method: 'GET',
          path: '/',
          headers: [['host', 'x']],
          body: undefined,
          maxAnswerBytes: 100_000,
          mayKeep: () => true,
          ...request,
        },
        resolve,
      ),
    )
  return { made, send }
}
const codeOf = (outcome: CopyOutcome) => ('error' in outcome ? outcome.error.code : outcome.answer.status)

describe('a client for copies', () => {
  test('sends what it is given and gets what is answered, over one connection that it keeps', async () => {
    const { origin, seen, server } = await candidate((asked, response) => json(response, { got: asked.body.length }))
    let connections = 0
    server.on('connection', () => connections++)
    const { send, made } = client(origin)
    for (let i = 0; i < 5; i++) {
      const outcome = await send({
        method: 'POST',
        path: '/a?b=c',
        headers: [
          ['host', 'h'],
          ['x-y', 'z'],
        ],
        body: Buffer.from('hello'),
      })
      expect('answer' in outcome && Buffer.from(outcome.answer.body).toString()).toBe('{"got":5}')
    }
    expect([connections, made.open, seen.length]).toEqual([1, 1, 5])
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/a?b=c', body: 'hello', headers: { host: 'h', 'x-y': 'z' } })
  })

  test('twenty at the same time are answered, each with its own', async () => {
    const { origin } = await serve((asked, response) => setTimeout(() => response.end(asked.url), Math.random() * 30))
    const { send } = client(origin)
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => send({ path: `/${i}` })))
    const bodies = outcomes.map(outcome => 'answer' in outcome && Buffer.from(outcome.answer.body).toString())
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, i) => `/${i}`))
  })

  test('a connection that the server has closed meanwhile is replaced, for what may be asked twice', async () => {
    let served = 0
    const { origin } = await serveTcp(socket => {
      let answered = false
      socket.on('data', () => {
        // Closed at the second request on a connection, without a byte: as a server does that had just given it up.
        if (answered) return socket.destroy()
        answered = true
        served++
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
      })
    })
    const { send } = client(origin)
    for (let i = 0; i < 3; i++) expect(codeOf(await send())).toBe(200)
    expect(served).toBe(3)
    expect(codeOf(await send({ method: 'POST', body: Buffer.from('x') }))).toBe('reset')
  })

  test('what is asked a second time gets no second time-out', async () => {
    const clock = virtualClock()
    const asked: Socket[] = []
    const { origin } = await serveTcp(socket => void socket.on('data', () => asked.push(socket)))
    const { send, made } = client(origin, { timeoutMs: 400, clock })
    const first = send()
    await clock.advance(5)
    await expect.poll(() => asked.length).toBe(1)
    asked[0]!.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
    expect(codeOf(await first)).toBe(200)
    const second = send()
    await clock.advance(5)
    await expect.poll(() => asked.length).toBe(2)
    // It gives the connection up when most of the time is over, and hangs on the next one as well.
    await clock.advance(300)
    asked[1]!.destroy()
    await expect.poll(() => asked.length).toBe(3)
    await clock.advance(100)
    expect(codeOf(await second)).toBe('timeout')
    expect(made.open).toBe(0)
  })

  test('a used connection that hangs is a time-out, and not asked again over another', async () => {
    let asked = 0
    const { origin } = await serveTcp(
      socket =>
        void socket.on('data', () => {
          asked++
          if (asked === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
        }),
    )
    const { send } = client(origin, { timeoutMs: 100 })
    expect(codeOf(await send())).toBe(200)
    expect(codeOf(await send())).toBe('timeout')
    expect(asked).toBe(2)
  })

  test('connections that nobody needs any more are closed', async () => {
    const clock = virtualClock()
    const { origin, server } = await serve((_, response) => setTimeout(() => response.end('hi'), 20))
    server.keepAliveTimeout = 60_000
    const { send, made } = client(origin, { clock })
    const sent = Promise.all(Array.from({ length: 5 }, () => send()))
    await clock.advance(5)
    await sent
    expect(made.open).toBe(5)
    await clock.advance(3000)
    expect(made.open).toBe(5)
    await clock.advance(8000)
    expect(made.open).toBe(0)
  })

  test.each<[string, (socket: Socket) => void, string | number]>([
    ['hangs before its head', () => {}, 'timeout'],
    ['hangs in its body', s => s.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhel'), 'timeout'],
    ['closes in its body', s => s.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhel'), 'reset'],
    ['resets', s => s.resetAndDestroy(), 'reset'],
    ['speaks garbage', s => s.write('\x00\x01 garbage\r\n\r\n'), 'malformed'],
    ['has ten thousand headers', s => s.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`), 'malformed'],
    ['has a head without end', s => s.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`), 'malformed'],
    [
      'answers without end',
      s => {
        s.write('HTTP/1.1 200 OK\r\n\r\n')
        const more = () => {
          while (s.writable && s.write('x'.repeat(65_536))) {}
        }
        s.on('drain', more)
        more()
      },
      200,
    ],
  ])('a server that %s', async (_, answer, expected) => {
    const { origin, sockets } = await serveTcp(socket => void socket.once('data', () => answer(socket)))
    const { send, made } = client(origin, { timeoutMs: 200 })
    const outcome = await send()
    expect(codeOf(outcome)).toBe(expected)
    if ('answer' in outcome) expect([outcome.answer.truncated, outcome.answer.body.length]).toEqual([true, 100_000])
    expect(made.open).toBe(0)
    await expect.poll(() => sockets.size).toBe(0)
  })

  test('a server that nobody runs is refused, and one that is closed is told', async () => {
    const { origin, server } = await serve((_, response) => response.end())
    server.close()
    expect(codeOf(await client(origin).send())).toBe('refused')
    const hanging = await serveTcp(() => {})
    const { send, made } = client(hanging.origin)
    const under = send()
    made.close()
    expect(codeOf(await under)).toBe('closed')
    expect(codeOf(await send())).toBe('closed')
  })

  test('a path or header that would be a second request is not sent', async () => {
    const { origin, seen } = await candidate()
    const { send } = client(origin)
    expect(codeOf(await send({ path: '/ HTTP/1.1\r\nhost: evil\r\n\r\nGET /x' }))).toBe('unsendable')
    await send({
      headers: [
        ['host', 'h'],
        ['x-a', 'b\r\nx-evil: 1'],
      ],
    })
    expect(seen.map(s => s.headers)).toEqual([expect.not.objectContaining({ 'x-evil': expect.anything() })])
  })

  test('speaks TLS, to a server whose certificate it trusts, and to no other', async () => {
    // A certificate that nobody trusts, of Node's own making, is enough to be refused.
    const server = createTls({}, (_, response) => response.end('hi'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    expect(codeOf(await client(`https://127.0.0.1:${port}`).send())).toBe('reset')
  })
})
