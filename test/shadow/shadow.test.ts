import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createShadow, type ShadowEvent, type ShadowOptions } from '../../src/shadow/index.ts'
import { bodyOf, candidate, json, send, serve } from './support/servers.ts'

function shadowTo(origin: string, options: Partial<ShadowOptions> = {}) {
  const events: ShadowEvent[] = []
  const shadow = createShadow({ candidate: origin, sample: 1, onEvent: e => events.push(e), ...options })
  onTestFinished(() => shadow.close({ timeoutMs: 0 }))
  const compared = () => events.flatMap(e => (e.type === 'compared' ? [e] : []))
  /** Waits until nothing is under way any more. */
  const settled = () => expect.poll(() => shadow.counts.inFlight).toBe(0)
  return { shadow, events, compared, settled }
}

describe('node:http', () => {
  test('a customer gets the primary’s answer, the candidate a marked copy, and the two are compared', async () => {
    const other = await candidate((_, r) => json(r, { name: 'x', price: 7 }))
    const { shadow, compared, settled } = shadowTo(other.origin)
    const { origin } = await serve(shadow.handler((_, response) => json(response, { name: 'x', price: 6 })))
    const answer = await send(origin, {
      path: '/items/123?q=1',
      headers: { accept: 'application/json', cookie: 'secret=1', authorization: 'Bearer x', 'x-internal': 'y' },
    })
    expect(answer).toMatchObject({ status: 200, body: '{"name":"x","price":6}' })
    await settled()
    expect(other.seen).toHaveLength(1)
    const { method, url, headers } = other.seen[0]!
    expect([method, url, headers['x-andon-shadow'], headers.accept, headers.host]).toEqual([
      'GET',
      '/items/123?q=1',
      '1',
      'application/json',
      new URL(other.origin).host,
    ])
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cookie']))
    expect([headers.cookie, headers.authorization, headers['x-internal']]).toEqual([undefined, undefined, undefined])
    expect(compared()).toMatchObject([
      {
        endpoint: 'GET /items/:id',
        body: 'as-sent',
        comparison: { equal: false, differences: [{ field: '$.price' }] },
      },
    ])
    expect(shadow.counts).toMatchObject({ seen: 1, mirrored: 1, matched: 0, mismatched: 1, errors: 0, bytes: 0 })
  })

  test('a copy is never copied again, so that two shadows of each other do not chase themselves', async () => {
    let first!: ReturnType<typeof shadowTo>
    const a = await serve((request, response) => first.shadow.handler((_, r) => json(r, 1))(request, response))
    const second = shadowTo(a.origin)
    const b = await serve(second.shadow.handler((_, r) => json(r, 1)))
    first = shadowTo(b.origin)
    await send(a.origin)
    await first.settled()
    expect([first.shadow.counts.mirrored, first.shadow.counts.skipped.marked]).toEqual([1, 0])
    expect([second.shadow.counts.mirrored, second.shadow.counts.skipped.marked]).toEqual([0, 1])
  })

  test('every way of writing an answer is seen whole: chunks, strings in encodings, headers given late or as a list', async () => {
    const ways: ((r: ServerResponse) => void)[] = [
      r => r.end('hällo'),
      r => {
        r.write('hä')
        r.write(Buffer.from('llo'))
        r.end()
      },
      r => {
        r.writeHead(200, 'OK', { 'x-late': 'y' })
        r.end('68c3a46c6c6f', 'hex')
      },
      r => {
        r.writeHead(200, ['X-Late', 'y'])
        r.end(new TextEncoder().encode('hällo'))
      },
      r => {
        r.setHeader('x-late', 'y')
        r.write('hällo', () => r.end())
      },
      r => {
        r.flushHeaders()
        r.end('hällo', () => {})
      },
    ]
    const other = await candidate((_, r) => {
      r.setHeader('x-late', 'y')
      r.end('hällo')
    })
    const { shadow, compared, settled } = shadowTo(other.origin)
    let way = 0
    const { origin } = await serve(shadow.handler((_, response) => ways[way++]!(response)))
    for (const _ of ways) expect((await send(origin)).body).toBe('hällo')
    await settled()
    const late = compared().map(c => c.comparison.differences.map(d => d.field))
    expect(late).toEqual([['header:x-late'], ['header:x-late'], [], [], [], ['header:x-late']])
  })

  test('a status, a header and an empty answer are compared too', async () => {
    const other = await candidate((_, r) => {
      r.writeHead(204, { etag: 'b' })
      r.end()
    })
    const { shadow, compared, settled } = shadowTo(other.origin)
    const { origin } = await serve(
      shadow.handler((_, r) => {
        r.writeHead(200, { etag: 'a' })
        r.end('')
      }),
    )
    await send(origin)
    await settled()
    expect(
      compared()[0]!
        .comparison.differences.map(d => d.field)
        .sort(),
    ).toEqual(['header:etag', 'status'])
  })
})

describe('bodies of requests', () => {
  const writes = { methods: ['GET', 'POST'], writes: true }
  const echo = (other: Awaited<ReturnType<typeof candidate>>) => other.seen.map(s => s.body)

  test('are copied byte for byte, whoever reads them, and are read by them all the same', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const got: string[] = []
    const { origin } = await serve(
      shadow.handler((request, response) => {
        request.setEncoding('utf8')
        let text = ''
        request.on('data', chunk => (text += chunk))
        request.on('end', () => {
          got.push(text)
          json(response, { ok: true })
        })
      }),
    )
    const large = 'ä'.repeat(200_000)
    for (const body of ['hello', '', large]) await send(origin, { method: 'POST', body })
    await settled()
    expect(got).toEqual(['hello', '', large])
    expect(echo(other)).toEqual(['hello', '', large])
    expect(other.seen[0]!.headers['idempotency-key']).toMatch(/^shadow-[0-9a-f-]{36}$/)
  })

  test('that had been buffered before the shadow looked on are copied, and can still be read', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const got: string[] = []
    const wrapped = shadow.handler((request, response) => {
      void bodyOf(request).then(text => {
        got.push(text)
        json(response, { ok: true })
      })
    })
    const { origin } = await serve((request, response) => void setTimeout(() => wrapped(request, response), 50))
    await send(origin, { method: 'POST', body: 'here before you' })
    await send(origin, { method: 'POST', body: 'x'.repeat(300_000) })
    await settled()
    expect(got.map(g => g.length)).toEqual([15, 300_000])
    expect(echo(other).map(g => g.length)).toEqual([15, 300_000])
  })

  test('carry a key that is not the customer’s, and that is marked', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const { origin } = await serve(
      shadow.handler((request, response) => void request.resume().on('end', () => json(response, 1))),
    )
    await send(origin, { method: 'POST', body: 'x', headers: { 'idempotency-key': 'k1' } })
    await settled()
    expect(other.seen[0]!.headers['idempotency-key']).toBe('shadow-k1')
  })

  test('longer than is copied are not, and nothing is kept of them', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, { ...writes, limits: { maxBodyBytes: 1000 } })
    const { origin } = await serve(
      shadow.handler((request, response) => void request.resume().on('end', () => json(response, 1))),
    )
    await send(origin, { method: 'POST', body: 'x'.repeat(5000) })
    await send(origin, { method: 'POST', body: 'x'.repeat(5000), headers: { 'transfer-encoding': 'chunked' } })
    await settled()
    expect([other.seen.length, shadow.counts.skipped['body-too-large'], shadow.counts.bytes]).toEqual([0, 2, 0])
  })

  test('of a primary that answers before it has read them are not compared', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const { origin } = await serve(
      shadow.handler((_, response) => {
        response.writeHead(413, { connection: 'close' })
        response.end()
      }),
    )
    await send(origin, { method: 'POST', body: 'x'.repeat(500_000) }).catch(() => {})
    await settled()
    expect([other.seen.length, shadow.counts.skipped['request-incomplete']]).toEqual([0, 1])
  })

  test('that a customer stops sending are not compared, and no socket is left', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const { origin, server } = await serve(
      shadow.handler(
        (request, response) =>
          void request
            .resume()
            .on('end', () => json(response, 1))
            .on('error', () => {}),
      ),
    )
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf of it')
      await once(socket, 'connect')
      await new Promise(resolve => setTimeout(resolve, 5))
      socket.destroy()
    }
    await expect.poll(() => shadow.counts.skipped['client-aborted']).toBe(20)
    await settled()
    expect(other.seen).toEqual([])
    const connections = await new Promise(resolve => server.getConnections((_, n) => resolve(n)))
    expect(connections).toBe(0)
  })

  test('that wait for 100 Continue, and that end in trailers, are copied', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const { origin } = await serve(
      shadow.handler((request, response) => void request.resume().on('end', () => json(response, 1))),
    )
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('POST /a HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n')
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toContain('100 Continue')
    socket.write('hello')
    await once(socket, 'data')
    socket.write(
      'POST /b HTTP/1.1\r\nhost: x\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\nx-sum: 1\r\n\r\n',
    )
    await once(socket, 'data')
    socket.destroy()
    await settled()
    expect(echo(other)).toEqual(['hello', 'world'])
    for (const { headers } of other.seen)
      expect([headers.expect, headers.trailer, headers['transfer-encoding']]).toEqual([undefined, undefined, undefined])
  })
})

describe('Express and Fastify', () => {
  const writes = { methods: ['GET', 'POST'], writes: true }
  async function expressApp(shadow: ReturnType<typeof createShadow>, order: 'before' | 'after') {
    const app = express()
    if (order === 'before') app.use(shadow.express())
    app.use(express.json(), express.urlencoded({ extended: false }), express.text(), express.raw())
    if (order === 'after') app.use(shadow.express())
    const orders = express.Router()
    orders.get('/:id', (_, response) => void response.json({ id: 1 }))
    orders.post('/', (request, response) => void response.json({ got: request.body }))
    app.use('/orders', orders)
    return serve(app)
  }

  test.each(['before', 'after'] as const)(
    'Express with the shadow %s body parsers: routes are endpoints, and bodies arrive',
    async order => {
      const other = await candidate((asked, r) => json(r, asked.method === 'GET' ? { id: 1 } : { got: 'whatever' }))
      const { shadow, compared, settled } = shadowTo(other.origin, writes)
      const { origin } = await expressApp(shadow, order)
      expect((await send(origin, { path: '/orders/42' })).body).toBe('{"id":1}')
      const posts: [string, string][] = [
        ['application/json', '{"a": [1,  2]}'],
        ['application/x-www-form-urlencoded', 'a=1&b=2&b=3'],
        ['text/plain', 'hello'],
        ['application/octet-stream', 'bytes'],
      ]
      for (const [type, body] of posts) {
        const answer = await send(origin, { method: 'POST', path: '/orders/', headers: { 'content-type': type }, body })
        expect(answer.status).toBe(200)
      }
      await settled()
      expect(compared().map(c => c.endpoint)).toEqual(['GET /orders/:id', ...posts.map(() => 'POST /orders/')])
      const bodies = order === 'before' ? posts.map(p => p[1]) : ['{"a":[1,2]}', 'a=1&b=2&b=3', 'hello', 'bytes']
      expect(other.seen.map(s => s.body)).toEqual(['', ...bodies])
      expect(compared().map(c => c.body)).toEqual(
        order === 'before'
          ? Array(5).fill('as-sent')
          : ['as-sent', 're-serialised', 're-serialised', 're-serialised', 'as-sent'],
      )
      expect(shadow.counts.reserialised).toBe(order === 'before' ? 0 : 3)
    },
  )

  test('a body that somebody had read, and left nothing of, is not copied', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, writes)
    const wrapped = shadow.handler((_, response) => json(response, 1))
    const { origin } = await serve(
      (request, response) => void request.resume().on('end', () => wrapped(request, response)),
    )
    await send(origin, { method: 'POST', body: 'gone' })
    await settled()
    expect([other.seen.length, shadow.counts.skipped['body-unavailable']]).toEqual([0, 1])
  })

  test('Fastify: routes are endpoints, bodies are copied byte for byte', async () => {
    const other = await candidate((_, r) =>
      json(r, { ok: true }, 200, { 'content-type': 'application/json; charset=utf-8' }),
    )
    const { shadow, compared, settled } = shadowTo(other.origin, writes)
    const app = fastify()
    await app.register(shadow.fastify() as never)
    app.get('/orders/:id', async () => ({ ok: true }))
    app.post('/orders', async request => ({ ok: (request.body as { a: number }).a === 1 }))
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    await send(origin, { path: '/orders/7' })
    await send(origin, {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': 'application/json' },
      body: '{"a":  1}',
    })
    await settled()
    expect(compared().map(c => [c.endpoint, c.comparison.equal])).toEqual([
      ['GET /orders/:id', true],
      ['POST /orders', true],
    ])
    expect(other.seen.map(s => s.body)).toEqual(['', '{"a":  1}'])
  })

  test('HTTP/2 through the compatibility API', async () => {
    const other = await candidate((_, r) => json(r, { ok: true }))
    const { shadow, compared, settled } = shadowTo(other.origin, writes)
    const handler = shadow.handler(
      (request, response) => void request.resume().on('end', () => json(response, { ok: true })),
    )
    const server = createHttp2((request, response) => handler(request as never, response as never))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      session.destroy()
      server.close()
    })
    for (const [method, body] of [
      ['GET', ''],
      ['POST', 'hello'],
      // Neither a length nor a coding says so.
      ['GET', 'a query in a body'],
    ] as const) {
      const stream = session.request({ ':path': '/a?b=c', ':method': method }, { endStream: body === '' })
      if (body !== '') stream.end(body)
      stream.resume()
      await once(stream, 'close')
    }
    await settled()
    expect(other.seen.map(s => [s.method, s.url, s.body])).toEqual([
      ['GET', '/a?b=c', ''],
      ['POST', '/a?b=c', 'hello'],
      ['GET', '/a?b=c', 'a query in a body'],
    ])
    expect(compared().map(c => c.comparison.differences)).toEqual([[], [], []])
  })
})
