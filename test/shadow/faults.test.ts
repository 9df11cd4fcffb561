import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createShadow, type ShadowEvent, type ShadowOptions } from '../../src/shadow/index.ts'
import { candidate, json, send, serve, serveTcp } from './support/servers.ts'

// Whatever the candidate does, customers get their answers, and what copies hold stays within its bounds.
function shadowTo(origin: string, options: Partial<ShadowOptions> = {}) {
  const events: ShadowEvent[] = []
  const shadow = createShadow({ candidate: origin, sample: 1, onEvent: e => events.push(e), ...options })
  onTestFinished(() => shadow.close({ timeoutMs: 0 }))
  const settled = () => expect.poll(() => shadow.counts.inFlight, { timeout: 5000 }).toBe(0)
  const errors = () => events.flatMap(e => (e.type === 'error' ? [e.code] : []))
  const primary = async (body: unknown = { ok: true }) => serve(shadow.handler((_, r) => json(r, body)))
  return { shadow, events, settled, errors, primary }
}
const BODY = '{"ok":true}'

describe('a candidate that', () => {
  const tcp = (answer: (socket: Socket) => void) => serveTcp(s => void s.once('data', () => answer(s)))
  test.each<[string, (s: Socket) => void, string]>([
    ['hangs before headers', () => {}, 'timeout'],
    ['hangs in its body', s => s.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel'), 'timeout'],
    ['resets', s => s.resetAndDestroy(), 'reset'],
    ['answers garbage', s => s.end('garbage\r\n\r\n'), 'malformed'],
    ['sends ten thousand headers', s => s.end(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`), 'malformed'],
  ])('%s costs its customers nothing', async (_, answer, code) => {
    const { origin: to } = await tcp(answer)
    const { shadow, primary, settled, errors } = shadowTo(to, {
      limits: { timeoutMs: code === 'timeout' ? 150 : 5000 },
    })
    const { origin } = await primary()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(origin)))
    expect(answers.every(a => a.status === 200 && a.body === BODY)).toBe(true)
    await settled()
    expect(errors()).toEqual(Array(10).fill(code))
    expect(shadow.counts).toMatchObject({ errors: 10, bytes: 0, failures: 0 })
    expect(shadow.summary().endpoints.flatMap(e => e.differences)).toEqual([])
  })

  test('answers without end is listened to up to the cap, and the rest of its answer is not', async () => {
    let written = 0
    const { origin: to } = await tcp(socket => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n')
      const more = () => {
        while (socket.writable && socket.write('x'.repeat(65_536))) written += 65_536
      }
      socket.on('drain', more)
      more()
    })
    const { shadow, primary, settled, events } = shadowTo(to, { limits: { maxBodyBytes: 100_000 } })
    const { origin } = await primary()
    expect((await send(origin)).body).toBe(BODY)
    await settled()
    expect(events).toMatchObject([{ type: 'compared', comparison: { equal: false } }])
    expect(shadow.counts.peakBytes).toBeLessThan(200_000)
    expect(written).toBeLessThan(20_000_000)
  })

  test.each([
    ['gzip', (b: Buffer) => gzipSync(b)],
    ['br', (b: Buffer) => brotliCompressSync(b, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])('answers a %s bomb is not decoded further than is compared', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(100_000_000))
    const other = await candidate((_, r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
      r.end(bomb)
    })
    const { primary, settled, events } = shadowTo(other.origin)
    const { origin } = await primary()
    const before = process.memoryUsage().rss
    expect((await send(origin)).body).toBe(BODY)
    await settled()
    expect(events).toMatchObject([{ type: 'compared', comparison: { equal: false } }])
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
  })

  test('fails again and again is left in peace, and asked again later', async () => {
    let broken = true
    const { origin: to } = await serve((request, response) =>
      broken ? request.socket.destroy() : json(response, { ok: true }),
    )
    const { shadow, primary, settled } = shadowTo(to, { breaker: { resetMs: 300, windowMs: 2000 } })
    const { origin } = await primary()
    for (let i = 0; i < 40; i++) {
      await send(origin)
      await settled()
    }
    expect(shadow.counts.errors).toBe(20)
    expect(shadow.counts.skipped['breaker-open']).toBe(20)
    broken = false
    await new Promise(resolve => setTimeout(resolve, 400))
    for (let i = 0; i < 5; i++) {
      await send(origin)
      await settled()
    }
    expect(shadow.counts.matched).toBe(5)
  })

  test('answers 500 has been heard: that is a finding, and forty in a row open no breaker (a trap of opossum)', async () => {
    const other = await candidate((_, r) => json(r, { error: 'no' }, 500))
    const { shadow, primary, settled } = shadowTo(other.origin)
    const { origin } = await primary()
    for (let i = 0; i < 40; i++) await send(origin)
    await settled()
    expect(shadow.counts).toMatchObject({ errors: 0, mismatched: 40, skipped: { 'breaker-open': 0 } })
    expect(shadow.summary().endpoints[0]!.differences.map(d => d.field)).toContain('status')
  })

  test('is slow fills its share of copies: those that are over our limit, in front of opossum, are no failures of it', async () => {
    const other = await candidate((_, r) => void setTimeout(() => json(r, { ok: true }), 200))
    const { shadow, primary, settled } = shadowTo(other.origin, { limits: { maxInFlight: 5 } })
    const { origin } = await primary()
    await Promise.all(Array.from({ length: 60 }, () => send(origin)))
    expect(shadow.counts.skipped['in-flight']).toBeGreaterThanOrEqual(50)
    await settled()
    await send(origin)
    await settled()
    expect(shadow.counts).toMatchObject({ errors: 0, skipped: { 'breaker-open': 0 } })
    expect(shadow.counts.matched).toBeLessThanOrEqual(11)
  })
})

describe('bounds', () => {
  test('the bytes of all copies together stay below their budget, and the newest are not made', async () => {
    const other = await candidate((_, r) => void setTimeout(() => json(r, { ok: true }), 300))
    const big = 'x'.repeat(50_000)
    const { shadow, primary, settled } = shadowTo(other.origin, { limits: { maxBytes: 200_000 } })
    const { origin } = await primary({ big })
    await Promise.all(Array.from({ length: 30 }, () => send(origin)))
    await settled()
    expect(shadow.counts.peakBytes).toBeLessThanOrEqual(200_000)
    expect(shadow.counts.bytes).toBe(0)
    expect(shadow.counts.mirrored + shadow.counts.skipped.bytes).toBe(30)
  })

  test('a 100 MB upload passes with a 1 MB cap, and next to nothing of it is kept', async () => {
    const other = await candidate()
    const { shadow, settled } = shadowTo(other.origin, { methods: ['POST'], writes: true })
    let got = 0
    const { origin } = await serve(
      shadow.handler((request, response) => {
        request.on('data', (chunk: Buffer) => (got += chunk.length))
        request.on('end', () => json(response, { ok: true }))
      }),
    )
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
    const chunk = Buffer.from(`100000\r\n${'x'.repeat(1_048_576)}\r\n`)
    for (let i = 0; i < 100; i++) if (!socket.write(chunk)) await once(socket, 'drain')
    socket.write('0\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(answer.toString()).toContain('200 OK')
    await settled()
    expect([got, other.seen.length, shadow.counts.skipped['body-too-large']]).toEqual([104_857_600, 0, 1])
    // The cap, and the answer.
    expect(shadow.counts.peakBytes).toBeLessThanOrEqual(1_048_576 + 100)
  })

  test('no more copies a second than are allowed', async () => {
    const other = await candidate()
    const { shadow, primary, settled } = shadowTo(other.origin, { limits: { maxPerSecond: 5 } })
    const { origin } = await primary()
    await Promise.all(Array.from({ length: 40 }, () => send(origin)))
    await settled()
    expect(shadow.counts.mirrored).toBeLessThan(20)
    expect(shadow.counts.skipped.rate).toBeGreaterThan(20)
  })
})

describe('what users give', () => {
  const boom = () => {
    throw new Error('my own')
  }
  test.each<[string, Partial<ShadowOptions>, Partial<ReturnType<typeof createShadow>['counts']['skipped']>, number]>([
    ['enabled', { enabled: boom }, { disabled: 3 }, 0],
    ['select', { select: boom }, { select: 3 }, 0],
    ['sampleBy', { sampleBy: boom, sample: 0.9 }, { 'not-sampled': 3 }, 0],
    ['route', { route: boom }, {}, 3],
    ['onEvent', { onEvent: boom }, {}, 3],
    ['sink', { sink: { record: boom } }, {}, 3],
    ['a redaction', { compare: { redact: boom } }, {}, 3],
  ])('%s may throw, and breaks nothing', async (_, options, skipped, mirrored) => {
    const other = await candidate((_, r) => json(r, { ok: false }))
    const { shadow, primary, settled } = shadowTo(other.origin, options)
    const { origin } = await primary()
    for (let i = 0; i < 3; i++) expect((await send(origin)).body).toBe(BODY)
    await settled()
    expect(shadow.counts.skipped).toMatchObject(skipped)
    expect([shadow.counts.mirrored, shadow.counts.failures]).toEqual([mirrored, 0])
  })

  test('the kill switch works from one request to the next', async () => {
    const other = await candidate()
    let enabled = true
    const { shadow, primary, settled } = shadowTo(other.origin, { enabled: () => enabled })
    const { origin } = await primary()
    await send(origin)
    enabled = false
    await send(origin)
    await settled()
    expect([shadow.counts.mirrored, shadow.counts.skipped.disabled]).toEqual([1, 1])
  })

  test('sampling by a key takes all requests of a customer, or none', async () => {
    const other = await candidate()
    const { shadow, primary, settled } = shadowTo(other.origin, {
      sample: 0.5,
      sampleBy: r => String(r.headers['x-customer']),
    })
    const { origin } = await primary()
    const byCustomer: boolean[] = []
    for (let c = 0; c < 30; c++) {
      const before = shadow.counts.mirrored
      for (let i = 0; i < 2; i++) await send(origin, { headers: { 'x-customer': `c${c}` } })
      await settled()
      const copies = shadow.counts.mirrored - before
      expect([0, 2]).toContain(copies)
      byCustomer.push(copies === 2)
    }
    expect(new Set(byCustomer).size).toBe(2)
  })

  test('paths and methods that are not copied are not', async () => {
    const other = await candidate()
    const { shadow, primary, settled } = shadowTo(other.origin, {
      paths: { allow: ['/a/*', /^\/b$/g], deny: ['/a/secret'] },
    })
    const { origin } = await primary()
    for (const path of ['/a/x', '/b', '/b', '/a/secret', '/c', '/b?q=1']) await send(origin, { path })
    await send(origin, { path: '/b', method: 'DELETE' })
    await settled()
    expect(other.seen.map(s => s.url)).toEqual(['/a/x', '/b', '/b', '/b?q=1'])
    expect(shadow.counts.skipped).toMatchObject({ path: 2, method: 1 })
  })

  test.each<[Partial<ShadowOptions>, string]>([
    [{ candidate: 'ftp://x' }, 'candidate: expected an http or https origin'],
    [{ candidate: 'http://user:pw@x' }, 'candidate'],
    [{ secondary: 'x' }, 'secondary'],
    [{ sample: 5 }, 'sample: expected a number, 0 to 1, got 5'],
    [{ methods: ['POST'] }, 'methods[0]: expected one of GET, HEAD, OPTIONS, or writes: true beside it, got "POST"'],
    [{ methods: ['get'] }, 'methods[0]: expected a method in upper case'],
    [{ headers: { forward: ['Cookie'] } }, 'headers.forward[0]: expected credentials under headers.credentials'],
    [{ headers: { forward: ['Transfer-Encoding'] } }, 'headers.forward[0]'],
    [{ headers: { set: { 'x-a': 'b\r\nx: y' } } }, 'headers.set[x-a]'],
    [{ headers: { host: { suffix: '/evil' } } }, 'headers.host'],
    [{ limits: { maxInFlight: 0 } }, 'limits.maxInFlight'],
    [{ breaker: { minCalls: 3 } }, 'breaker.minCalls: expected a whole number, 20 or more, got 3'],
    [{ mark: 'a b' }, 'mark'],
    [{ paths: { alow: ['/orders'] } as never }, 'paths.alow: expected one of allow, deny (allow, perhaps), got "alow"'],
    [{ paths: /orders/ as never }, 'paths: expected an object of options'],
    [
      { headers: { credential: ['cookie'] } as never },
      'headers.credential: expected one of forward, credentials, host, ',
    ],
    [
      { headers: { host: { suffix: '-b', port: 1 } as never } },
      'headers.host.port: expected one of suffix, got "port"',
    ],
    [{ headers: { set: ['x-a'] as never } }, 'headers.set: expected an object of options'],
    [{ compare: { ignored: ['$.a'] } as never }, 'compare.ignored: expected one of ignore, '],
    [{ noise: { samples: 1 } as never }, 'createFieldTable.samples: expected one of maxEndpoints'],
    [{ paths: { allow: ['orders'] } }, 'paths.allow[0]: expected a path that begins with /'],
    [{ mode: 'shadow' as never }, "mode: expected 'compare' or 'calibrate'"],
    [{ enabled: true as never }, 'enabled: expected a function'],
  ])('%j is refused', (options, message) => {
    expect(() => createShadow({ candidate: 'http://127.0.0.1:1', ...options })).toThrow(message)
  })
})

describe('closing', () => {
  test('waits for copies under way; what is left when its time is over is dropped and counted', async () => {
    const other = await candidate((_, r) => void setTimeout(() => json(r, { ok: true }), 150))
    const drained = shadowTo(other.origin)
    const one = await drained.primary()
    await send(one.origin)
    await drained.shadow.close({ timeoutMs: 2000 })
    expect(drained.shadow.counts).toMatchObject({ matched: 1, errors: 0, inFlight: 0 })
    await send(one.origin)
    expect(drained.shadow.counts.skipped.closed).toBe(1)
    const hanging = await serveTcp(socket => void socket.resume())
    const dropped = shadowTo(hanging.origin)
    const two = await dropped.primary()
    for (let i = 0; i < 3; i++) await send(two.origin)
    await dropped.shadow.close({ timeoutMs: 50 })
    expect(dropped.errors()).toEqual(['closed', 'closed', 'closed'])
    expect(dropped.shadow.counts).toMatchObject({ inFlight: 0, bytes: 0 })
    await expect.poll(() => hanging.sockets.size).toBe(0)
  })

  test('a signal closes at once, and closing twice is closing once', async () => {
    const stop = new AbortController()
    const { shadow } = shadowTo('http://127.0.0.1:1', { signal: stop.signal })
    stop.abort()
    await Promise.all([shadow.close(), shadow.close()])
    expect(shadow.counts.inFlight).toBe(0)
  })
})
