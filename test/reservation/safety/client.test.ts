import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { SafetyRequest } from '../../../src/core/safety-check.ts'
import { safetyCheckClient } from '../../../src/reservation/safety/safety-check-client.ts'
import { answerTo, ask, bodyOf, clientOf, handlerOf, question, SECRET, serviceOf } from './support.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const codes = (v: { decision: string; reasons: readonly { code: string }[] }) => [v.decision, v.reasons[0]?.code]

/** What says, on each connection, just what it is told. */
async function rawService(talk: (connection: number) => string | undefined) {
  let connections = 0
  const server = createServer(socket => {
    const text = talk(connections++)
    socket.on('error', () => {})
    socket.once('data', () => (text === undefined ? socket.resetAndDestroy() : socket.end(text)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

test.each<[string, (request: SafetyRequest) => [number, object, string | Buffer]]>([
  ['malformed', () => [200, JSON_TYPE, 'go']],
  ['malformed', () => [200, JSON_TYPE, '']],
  ['malformed', () => [200, JSON_TYPE, '"go"']],
  ['malformed', () => [200, JSON_TYPE, '{"decision":"go"}']],
  ['malformed', r => [200, { 'content-type': 'text/html' }, JSON.stringify(answerTo(r))]],
  ['malformed', r => [200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(answerTo(r)))]],
  ['malformed', r => [200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, JSON.stringify(answerTo(r))]],
  ['malformed', r => [200, JSON_TYPE, gzipSync(JSON.stringify(answerTo(r)))]],
  ['malformed', r => [200, JSON_TYPE, JSON.stringify(answerTo(r, { decision: 'GO' as never }))]],
  ['other-question', () => [200, JSON_TYPE, JSON.stringify(answerTo(question()))]],
  ['other-subject', r => [200, JSON_TYPE, JSON.stringify(answerTo(r, { subject: { place: 'aws/other' } }))]],
  ['too-large', r => [200, JSON_TYPE, JSON.stringify(answerTo(r)) + ' '.repeat(1_100_000)]],
  ['http-500', r => [500, JSON_TYPE, JSON.stringify(answerTo(r))]],
  ['http-503', r => [503, JSON_TYPE, JSON.stringify(answerTo(r))]],
  ['http-401', r => [401, JSON_TYPE, JSON.stringify(answerTo(r))]],
  ['http-201', r => [201, JSON_TYPE, JSON.stringify(answerTo(r))]],
  ['http-204', () => [204, {}, '']],
  ['http-302', r => [302, { ...JSON_TYPE, location: '/elsewhere' }, JSON.stringify(answerTo(r))]],
  ['http-307', r => [307, { ...JSON_TYPE, location: '/elsewhere' }, JSON.stringify(answerTo(r))]],
])('%s', async (code, answer) => {
  const paths: unknown[] = []
  const { url } = await serviceOf(async (request, response) => {
    paths.push(request.url)
    const [status, headers, body] = answer(await bodyOf(request))
    response.writeHead(status, headers as never).end(body)
  })
  expect(codes(await ask(clientOf(url)))).toEqual(['wait', code])
  expect(paths).toEqual(['/is-safe-to-reserve'])
})

test('an answer that is as it must be is believed, over one connection', async () => {
  const ports = new Set<number | undefined>()
  const { url } = await serviceOf(async (request, response) => {
    ports.add(request.socket.remotePort)
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(answerTo(await bodyOf(request))))
  })
  const client = clientOf(url)
  for (let i = 0; i < 5; i++) expect((await ask(client)).decision).toBe('go')
  expect(ports.size).toBe(1)
})

test('a service that is down is asked twice, and is wait', async () => {
  const { url, close } = await serviceOf(() => {})
  await close()
  expect(codes(await ask(clientOf(url)))).toEqual(['wait', 'unreachable'])
  expect(codes(await ask(clientOf(url, { url: 'https://127.0.0.1:1' })))).toEqual(['wait', 'unreachable'])
})

test('a connection that is reset before an answer is tried once more, and only once', async () => {
  const down = await rawService(() => undefined)
  expect(codes(await ask(clientOf(down.url)))).toEqual(['wait', 'unreachable'])
  expect(down.connections()).toBe(2)
  const request = question()
  const body = JSON.stringify(answerTo(request))
  const good = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const flaky = await rawService(n => (n === 0 ? undefined : good))
  expect((await ask(clientOf(flaky.url), request)).decision).toBe('go')
  expect(flaky.connections()).toBe(2)
})

test.each([
  ['in its body', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n'],
  ['in its chunks', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n500\r\n'],
])('an answer that is cut %s is wait, and not asked for again', async (_, head) => {
  const request = question()
  const { url, connections } = await rawService(() => head + JSON.stringify(answerTo(request)))
  expect(codes(await ask(clientOf(url), request))).toEqual(['wait', 'cut'])
  expect(connections()).toBe(1)
})

test.each([
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  'SSH-2.0-OpenSSH\r\n',
  '',
])('what is no answer is wait: %j', async text => {
  const { url } = await rawService(() => text)
  expect((await ask(clientOf(url))).decision).toBe('wait')
})

test('a service that is slow, or trickles, is wait, and its late answer is not heard', async () => {
  let late = 0
  const { url } = await serviceOf(async (request, response) => {
    const body = JSON.stringify(answerTo(await bodyOf(request)))
    response.on('close', () => late++)
    response.writeHead(200, JSON_TYPE)
    for (const letter of body) {
      response.write(letter)
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    response.end()
  })
  expect(codes(await ask(clientOf(url, { timeoutMs: 80 })))).toEqual(['wait', 'timeout'])
  expect(codes(await ask(clientOf(url), question({ deadline: Date.now() + 80 })))).toEqual(['wait', 'timeout'])
  expect(codes(await ask(clientOf(url), question({ deadline: Date.now() - 1 })))).toEqual(['wait', 'timeout'])
  expect(codes(await ask(clientOf(url), question({ deadline: Number.NaN })))).toEqual(['wait', 'timeout'])
})

test('a slow service is not stormed: what is too much is wait at once', async () => {
  let [now, most, total] = [0, 0, 0]
  const waiting: (() => void)[] = []
  const { url } = await serviceOf(async (request, response) => {
    total++
    most = Math.max(most, ++now)
    const body = JSON.stringify(answerTo(await bodyOf(request)))
    waiting.push(() => {
      now--
      response.writeHead(200, JSON_TYPE).end(body)
    })
  })
  const client = clientOf(url, { maxInFlight: 4 })
  const asked = Array.from({ length: 50 }, () => ask(client))
  expect((await Promise.all(asked.slice(4))).map(codes)).toEqual(Array.from({ length: 46 }, () => ['wait', 'busy']))
  while (waiting.length < 4) await new Promise(resolve => setTimeout(resolve, 5))
  for (const answer of waiting.splice(0)) answer()
  expect((await Promise.all(asked.slice(0, 4))).map(v => v.decision)).toEqual(['go', 'go', 'go', 'go'])
  expect([most, total]).toEqual([4, 4])
  const again = ask(client)
  while (waiting.length < 1) await new Promise(resolve => setTimeout(resolve, 5))
  waiting[0]!()
  expect((await again).decision).toBe('go')
})

test('a client that is closed says wait, also to what is under way', async () => {
  const started = Promise.withResolvers<void>()
  const { url } = await serviceOf(() => started.resolve())
  const client = clientOf(url)
  const under = ask(client)
  await started.promise
  client.close()
  expect(codes(await under)).toEqual(['wait', 'closed'])
  expect(codes(await ask(client))).toEqual(['wait', 'closed'])
})

test('the caller may give up', async () => {
  const { url } = await serviceOf(() => {})
  const client = clientOf(url)
  await expect(client.isSafeToReserve(question(), { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
})

test('wrong credentials, or none that can be made, are wait and show nothing', async () => {
  const { url } = await serviceOf(handlerOf(async request => answerTo(request)).node())
  expect(codes(await ask(clientOf(url, { sign: undefined as never })))).toEqual(['wait', 'http-401'])
  const broken = () => {
    throw new Error('no key')
  }
  expect(codes(await ask(clientOf(url, { sign: broken })))).toEqual(['wait', 'error'])
  expect(codes(await ask(clientOf(url, { bearer: async () => broken() })))).toEqual(['wait', 'error'])
  expect(codes(await ask(clientOf(url, { headers: { 'x-a': 'a\r\nb' } })))).toEqual(['wait', 'error'])
})

test('no answer that is not well-formed reads as go', async () => {
  let answer = ''
  const { url } = await serviceOf(async (request, response) => {
    await bodyOf(request)
    response.writeHead(200, JSON_TYPE).end(answer)
  })
  const client = clientOf(url)
  const request = question()
  const good = answerTo(request) as unknown as Record<string, unknown>
  const evidence = good.evidence as Record<string, unknown>
  const anything = fc.jsonValue()
  const text = (value: unknown) => JSON.stringify(value) ?? ''
  const changed = fc.oneof(
    anything.map(text),
    fc.string(),
    fc
      .tuple(fc.constantFrom('decision', 'reasons', 'at', 'evidence'), anything)
      .map(([field, value]) => text({ ...good, [field]: value })),
    fc
      .tuple(fc.constantFrom('requestId', 'host', 'activity', 'placementVersion'), anything)
      .map(([field, value]) => text({ ...good, evidence: { ...evidence, [field]: value } })),
    fc.constantFrom('decision', 'reasons', 'at', 'evidence').map(field => text({ ...good, [field]: undefined })),
    fc
      .constantFrom('requestId', 'host', 'activity', 'placementVersion')
      .map(field => text({ ...good, evidence: { ...evidence, [field]: undefined } })),
    fc.nat(text(good).length - 1).map(length => text(good).slice(0, length)),
    anything.map(value => text(good) + (text(value) || 'x')),
  )
  const same = (value: string) => {
    try {
      const { decision, reasons, at, evidence: e } = JSON.parse(value)
      const echoes = ['requestId', 'host', 'activity'].every(field => e[field] === evidence[field])
      return (
        decision === 'go' &&
        Array.isArray(reasons) &&
        Number.isFinite(at) &&
        echoes &&
        Number.isSafeInteger(e.placementVersion) &&
        e.placementVersion >= 7
      )
    } catch {
      return false
    }
  }
  await fc.assert(
    fc.asyncProperty(changed, async value => {
      answer = value
      fc.pre(!same(value))
      const { decision, reasons } = await ask(client, request)
      expect(decision).not.toBe('go')
      expect(reasons.length).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
  answer = text(good)
  expect((await ask(client, request)).decision).toBe('go')
})

test.each<[string, object]>([
  ['url', { url: 'ftp://x' }],
  ['url', { url: `http://a:${SECRET}@127.0.0.1` }],
  ['url', { url: 'http://kv.example' }],
  ['timeoutMs', { url: 'https://kv.example', timeoutMs: 0 }],
  ['maxInFlight', { url: 'https://kv.example', maxInFlight: 0 }],
  ['sign', { url: 'https://kv.example', sign: SECRET }],
])('%s is checked', (field, options) => {
  expect(() => safetyCheckClient(options as never)).toThrow(`safetyCheckClient ${field}: expected`)
  expect(() => safetyCheckClient(options as never)).not.toThrow(SECRET)
})

test('plain http elsewhere is possible for who wants it', () => {
  safetyCheckClient({ url: 'http://kv.example', plainHttp: true }).close()
})
