import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask } from '../../src/core/index.ts'
import { templateOf } from '../../src/shadow/endpoint.ts'
import { createShadow, type ShadowEvent, type ShadowOptions } from '../../src/shadow/index.ts'
import { bodyOf, candidate, json, send, serve, serveTcp } from './support/servers.ts'

// What somebody who wants to be noticed tries.
function shadowTo(origin: string, options: Partial<ShadowOptions> = {}) {
  const events: ShadowEvent[] = []
  const shadow = createShadow({ candidate: origin, sample: 1, onEvent: e => events.push(e), ...options })
  onTestFinished(() => shadow.close({ timeoutMs: 0 }))
  const compared = () => events.flatMap(e => (e.type === 'compared' ? [e.comparison] : []))
  const settled = () => expect.poll(() => shadow.counts.inFlight, { timeout: 6000 }).toBe(0)
  return { shadow, events, compared, settled }
}
const WRITES = { methods: ['GET', 'POST', 'HEAD'], writes: true }
const context = { run: 'r', version: 'v', phase: 'bake', since: 0, signal: new AbortController().signal } as const

describe('requests', () => {
  test('that were buffered before the shadow looked are neither read nor marked as read', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, WRITES)
    const seen: unknown[] = []
    const { origin } = await serve((request, response) => {
      request.once('readable', () => {
        const before = [request.readableDidRead, request.readableLength]
        shadow.tap(request, response)
        seen.push(before, [request.readableDidRead, request.readableLength])
        void bodyOf(request).then(text => json(response, { got: text }))
      })
    })
    expect((await send(origin, { method: 'POST', body: 'hello' })).body).toBe('{"got":"hello"}')
    expect(seen[1]).toEqual(seen[0])
    await settled()
    expect(other.seen.map(s => s.body)).toEqual(['hello'])
  })

  test('in another encoding than bytes are left alone, and not copied', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, WRITES)
    const { origin } = await serve((request, response) => {
      request.setEncoding('latin1')
      setTimeout(() => {
        shadow.tap(request, response)
        let text = ''
        request.on('data', (chunk: string) => {
          text += chunk
        })
        request.on('end', () => json(response, { got: text }))
      }, 30)
    })
    expect((await send(origin, { method: 'POST', body: Buffer.from('h\xe9llo', 'latin1') })).body).toBe(
      '{"got":"h\u00e9llo"}',
    )
    await settled()
    expect([other.seen.length, shadow.counts.skipped['body-unavailable']]).toEqual([0, 1])
  })

  test('whose parsed body a handler changes are copied as they were', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, WRITES)
    const app = express()
    app.use(express.json(), shadow.express())
    app.post('/', (request, response) => {
      Object.assign(request.body as object, { passwordHash: 'secret' })
      response.json({})
    })
    const { origin } = await serve(app)
    await send(origin, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"a"}' })
    await settled()
    expect(other.seen.map(s => s.body)).toEqual(['{"name":"a"}'])
  })

  test('in absolute form, or with characters that no path can have, are not sent on, and open no breaker', async () => {
    const other = await candidate((_, r) => json(r, { ok: true }))
    const { shadow, settled } = shadowTo(other.origin)
    const handler = shadow.handler((_, response) => json(response, { ok: true }))
    const { origin } = await serve(handler)
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('GET http://user:pw@169.254.169.254/meta HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
    const server = createHttp2((request, response) => handler(request as never, response as never)).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      session.destroy()
      server.close()
    })
    for (let i = 0; i < 25; i++) await once(session.request({ ':path': '/\u0085' }).resume(), 'close')
    await settled()
    expect(shadow.counts).toMatchObject({ errors: 0, skipped: { unsendable: 26 } })
    await send(origin)
    await settled()
    expect(other.seen.map(s => s.url)).toEqual(['/'])
  })

  test('that are wrapped twice are copied once', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin)
    const { origin } = await serve(shadow.handler(shadow.handler((_, r) => json(r, 1))))
    await send(origin)
    await settled()
    expect(other.seen.length).toBe(1)
  })

  test('never carry two keys, whatever is sent on', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, { ...WRITES, headers: { forward: ['idempotency-key'] } })
    const { origin } = await serve(
      shadow.handler((request, response) => void request.resume().on('end', () => json(response, 1))),
    )
    await send(origin, { method: 'POST', body: 'x', headers: { 'idempotency-key': 'real' } })
    await settled()
    expect(other.seen[0]!.headers['idempotency-key']).toBe('shadow-real')
  })

  test.each(['accept', 'host', 'content-length', 'cookie'])('%s is no mark', mark => {
    expect(() => createShadow({ candidate: 'http://127.0.0.1:1', mark })).toThrow('mark')
  })
})

describe('answers', () => {
  test('what a listener answers is what the server gets', () => {
    const shadow = createShadow({ candidate: 'http://127.0.0.1:1', sample: 0 })
    const promise = Promise.resolve()
    const self = {}
    const wrapped = shadow.handler(function (this: unknown) {
      expect(this).toBe(self)
      return promise as never
    }) as unknown as (this: unknown, a: object, b: object) => unknown
    expect(wrapped.call(self, { method: 'GET' }, {})).toBe(promise)
  })

  test.each(['HEAD', '204', '304'])('to %s has no body, whatever it is given', async kind => {
    const answer = (r: ServerResponse) => {
      r.statusCode = kind === 'HEAD' ? 200 : Number(kind)
      r.end('not sent')
    }
    const other = await candidate((_, r) => answer(r))
    const { shadow, compared, settled } = shadowTo(other.origin)
    const { origin } = await serve(shadow.handler((_, r) => answer(r)))
    await send(origin, { method: kind === 'HEAD' ? 'HEAD' : 'GET' })
    await settled()
    expect(compared().flatMap(c => c.differences)).toEqual([])
  })

  test('that are streams of events hold no place', async () => {
    const other = await candidate()
    const { shadow } = shadowTo(other.origin, { limits: { maxInFlight: 2 } })
    const { origin } = await serve(
      shadow.handler((request, response) => {
        if (request.url !== '/events') return json(response, { ok: true })
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: 1\n\n')
      }),
    )
    const sockets = Array.from({ length: 4 }, () => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.write('GET /events HTTP/1.1\r\nhost: x\r\n\r\n')
      return socket
    })
    await Promise.all(sockets.map(s => once(s, 'data')))
    await expect.poll(() => shadow.counts.skipped.stream).toBeGreaterThanOrEqual(2)
    expect(shadow.counts.inFlight).toBe(0)
    await send(origin)
    await expect.poll(() => shadow.counts.mirrored).toBe(1)
    for (const socket of sockets) socket.destroy()
  })
})

describe('candidates', () => {
  const tcp = (answer: (socket: Socket) => void) => serveTcp(s => void s.once('data', () => answer(s)))
  const forever = (head: string, piece: string) => (socket: Socket) => {
    socket.write(head)
    const more = () => {
      while (socket.writable && socket.write(piece.repeat(1000))) {
        // as fast as it goes
      }
    }
    socket.on('drain', more)
    more()
  }
  test.each<[string, string, string]>([
    ['announces its answer for ever', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['sends trailers for ever', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', 'x: y\r\n'],
    [
      'sends a byte a chunk, with long extensions',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      `1;${'x'.repeat(200)}\r\ny\r\n`,
    ],
  ])('one that %s is not listened to', async (_, head, piece) => {
    const { origin: to } = await tcp(forever(head, piece))
    const { shadow, events, settled } = shadowTo(to)
    const { origin } = await serve(shadow.handler((_, r) => json(r, { big: 'x'.repeat(100_000) })))
    await send(origin)
    await settled()
    expect(events).toMatchObject([{ type: 'error', code: 'malformed' }])
  })

  test('one with sixty thousand blanks in a header costs no more than one without', async () => {
    const { origin: to } = await tcp(s =>
      s.end(`HTTP/1.1 200 OK\r\ncontent-type: a${' '.repeat(60_000)}b\r\ncontent-length: 2\r\n\r\nhi`),
    )
    const { shadow, compared, settled } = shadowTo(to)
    const { origin } = await serve(shadow.handler((_, r) => r.end('hi')))
    await send(origin)
    await settled()
    expect(compared()[0]!.differences.map(d => d.field)).toContain('header:content-type')
  })

  test('copies under way hold their place though customers leave', async () => {
    const hanging = await serveTcp(socket => void socket.resume())
    const { shadow } = shadowTo(hanging.origin, { when: 'concurrently', limits: { maxInFlight: 2, timeoutMs: 5000 } })
    const { origin } = await serve(shadow.handler(() => {}))
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
      await once(socket, 'connect')
      await new Promise(resolve => setTimeout(resolve, 10))
      socket.destroy()
    }
    await expect.poll(() => shadow.counts.seen).toBe(20)
    expect(hanging.sockets.size).toBeLessThanOrEqual(2)
    expect(shadow.counts.skipped['in-flight']).toBe(18)
  })

  test('closing does not wait for a primary that does not answer, and counts what it lets go', async () => {
    const other = await candidate()
    const { shadow } = shadowTo(other.origin)
    const { origin } = await serve(shadow.handler(() => {}))
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await expect.poll(() => shadow.counts.inFlight).toBe(1)
    await shadow.close({ timeoutMs: 20 })
    expect(shadow.counts).toMatchObject({ inFlight: 0, bytes: 0, skipped: { closed: 1 } })
    socket.destroy()
  })
})

describe('the gate', () => {
  test('does not go on evidence from before a candidate died', async () => {
    let dead = false
    const { origin: to } = await serve((request, response) =>
      dead ? request.socket.destroy() : json(response, { ok: true }),
    )
    const { shadow, settled } = shadowTo(to, { breaker: { windowMs: 500 } })
    const { origin } = await serve(shadow.handler((_, r) => json(r, { ok: true })))
    for (let i = 0; i < 100; i++) await send(origin)
    await settled()
    const gate = shadow.gate({ maxMismatchRate: 0.01, minComparisons: 50 })
    expect((await ask(gate, context)).decision).toBe('go')
    dead = true
    await new Promise(resolve => setTimeout(resolve, 600))
    for (let i = 0; i < 60; i++) await send(origin)
    await settled()
    expect(shadow.counts.skipped['breaker-open']).toBeGreaterThan(0)
    expect(await ask(gate, context)).toMatchObject({ decision: 'wait', reasons: [{ code: 'errors' }] })
  })

  test('does not go when answers could not be compared', async () => {
    const other = await candidate((_, r) => json(r, { wrong: 'y'.repeat(3000) }))
    const { shadow, settled } = shadowTo(other.origin, { limits: { maxBodyBytes: 1000 } })
    const { origin } = await serve(
      shadow.handler((request, r) => json(r, request.url === '/big' ? { right: 'x'.repeat(3000) } : { right: 1 })),
    )
    for (let i = 0; i < 30; i++) await send(origin, { path: '/big' })
    await settled()
    expect((await ask(shadow.gate({ maxMismatchRate: 0.9, minComparisons: 1 }), context)).decision).not.toBe('go')
  })
})

describe('endpoints', () => {
  test.each([
    ['/orders/123', '/orders/:id'],
    ['/users/alice@example.com/orders;jsessionid=A1', '/users/:id/:id'],
    ['/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln', '/reset/:id'],
    ['/invite/k3yT0ken42', '/invite/:id'],
    ['/v1/health-check/index.html', '/v1/health-check/index.html'],
    ['/', '/'],
  ])('%s is %s', (path, template) => {
    expect(templateOf(path)).toBe(template)
  })

  test('of a router that is mounted at a template name nobody', async () => {
    const other = await candidate((_, r) => json(r, {}))
    const { shadow, events, settled } = shadowTo(other.origin)
    const app = express()
    app.use(shadow.express())
    const router = express.Router()
    router.get('/orders', (_, response) => void response.json({}))
    app.use('/users/:email', router)
    const { origin } = await serve(app)
    await send(origin, { path: '/users/alice@example.com/orders' })
    await settled()
    expect(events).toMatchObject([{ endpoint: 'GET /users/:id/orders' }])
  })
})
