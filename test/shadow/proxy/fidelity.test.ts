import { createServer, type RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { createForwarder } from '../../../src/shadow/proxy/index.ts'
import { ask, dial, listening, primaryOf, proxyTo, rawPrimary } from './fixtures.ts'

const headOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n')
/** A primary that answers every request with the bytes given. */
const saying = (answer: string) => rawPrimary(socket => socket.on('data', () => void socket.write(answer, 'latin1')))

test('an answer arrives as it was written, but for what is about the connection', async () => {
  // Without: names in lower case, values joined, a Date added.
  const lines = [
    'X-Mixed-CASE: K\u00e9pt',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'Link: <one>',
    'X-Long:',
    'link: <two>',
    'WWW-Authenticate: Basic',
    'WWW-Authenticate: Bearer',
    'Content-Length: 4',
  ]
  const gone = [
    'Connection: keep-alive, X-Gone',
    'Keep-Alive: timeout=77',
    'X-Gone: 1',
    'Upgrade: h2',
    'Proxy-Authenticate: x',
  ]
  const primary = await saying(`HTTP/1.1 207 Quite Fine\r\n${[...lines, ...gone].join('\r\n')}\r\n\r\nfine`)
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  const [status, ...got] = headOf(await client.until(/fine$/))
  expect(status).toBe('HTTP/1.1 207 Quite Fine')
  expect(got).toEqual([
    'X-Mixed-CASE: K\u00e9pt',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'Link: <one>',
    'Link: <two>',
    'X-Long: ',
    'WWW-Authenticate: Basic',
    'WWW-Authenticate: Bearer',
    'Content-Length: 4',
    // The proxy's own.
    'Connection: keep-alive',
    'Keep-Alive: timeout=65',
  ])
})

test.each([
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-A: b\r\n\r\n', 'HTTP/1.1 200 OK', 'Content-Length: 1234'],
  ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n', 'HTTP/1.1 200 OK', 'X-A: b'],
  ['GET', 'HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n', 'HTTP/1.1 204 No Content', 'X-A: b'],
  [
    'GET',
    'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 99\r\n\r\n',
    'HTTP/1.1 304 Not Modified',
    'ETag: "x"',
  ],
  ['HEAD', 'HTTP/1.1 304 Not Modified\r\nTrailer: X\r\n\r\n', 'HTTP/1.1 304 Not Modified', 'Connection: keep-alive'],
])('%s answered %j has no body, and the connection goes on', async (method, answer, status, line) => {
  const primary = await saying(answer)
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  for (let i = 1; i <= 2; i++) {
    client.send(`${method} / HTTP/1.1\r\nHost: shop\r\n\r\n`)
    const text = await client.until(new RegExp(`^(HTTP/1\\.1 [\\s\\S]*?\\r\\n\\r\\n){${i}}$`))
    const head = headOf(text)
    expect(head[0]).toBe(status)
    expect(head).toContain(line)
    expect(head.filter(l => /^transfer-encoding/i.test(l))).toEqual([])
  }
  expect(proxy.counts).toMatchObject({ requests: 2, unreachable: 0, cut: 0 })
})

test.each(['', 'Connection: keep-alive\r\n'])(
  'HTTP/1.0 with %j gets a body without chunks, and its end',
  async header => {
    const primary = await primaryOf((request, response) => {
      response.write(`${request.httpVersion} ${request.headers.host} `)
      response.end('fine')
    })
    const proxy = await proxyTo(primary.origin)
    const client = dial(proxy.origin)
    client.send(`GET / HTTP/1.0\r\n${header}\r\n`)
    expect(await client.ended).toBe('end')
    expect(client.text).toMatch(/\r\n\r\n1\.1 127\.0\.0\.1:\d+ fine$/)
    expect(headOf(client.text).filter(line => /^transfer-encoding/i.test(line))).toEqual([])
  },
)

test('HTTP/1.0 keeps its connection for an answer with a length', async () => {
  const primary = await primaryOf((_, response) => void response.setHeader('Content-Length', 4).end('fine'))
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  for (let i = 1; i <= 2; i++) {
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    await client.until(new RegExp(`^([\\s\\S]*?fine){${i}}$`))
  }
})

test('the head of an answer does not wait for its body', async () => {
  // Without: a stream of events that says nothing at first has no head either.
  const primary = await primaryOf((_, response) =>
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders(),
  )
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  await client.until(/text\/event-stream\r\n[\s\S]*\r\n\r\n$/)
})

test('the trailers of an answer arrive, where there can be any', async () => {
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { Trailer: 'X-Sum' }).write('fine')
    response.addTrailers({ 'X-Sum': '12' })
    response.end()
  }
  const proxy = await proxyTo((await primaryOf(listener)).origin)
  expect(await ask(proxy.origin)).toMatchObject({ body: 'fine', trailers: { 'x-sum': '12' } })
  const old = dial(proxy.origin)
  old.send('GET / HTTP/1.0\r\n\r\n')
  await old.ended
  expect(old.text).toMatch(/\r\n\r\nfine$/)
})

test('Host is the customer\u2019s, or the target\u2019s when asked', async () => {
  const primary = await primaryOf((request, response) => response.end(request.headers.host))
  for (const [primaryHost, host] of [
    [undefined, 'shop.example'],
    ['preserve', 'shop.example'],
    ['target', new URL(primary.origin).host],
  ] as const) {
    const proxy = await proxyTo(primary.origin, primaryHost === undefined ? {} : { primaryHost })
    expect((await ask(proxy.origin, { headers: { host: 'shop.example' } })).body).toBe(host)
  }
})

test('X-Forwarded-* are appended to when asked, and otherwise as they came', async () => {
  const primary = await primaryOf((request, response) => {
    const names = ['for', 'port', 'proto', 'host'].map(name => `x-forwarded-${name}`)
    response.end(JSON.stringify(names.map(name => request.headers[name] ?? null)))
  })
  const plain = await proxyTo(primary.origin)
  const asked = await proxyTo(primary.origin, { xfwd: true })
  const headers = { host: 'shop.example:8443', 'x-forwarded-for': '10.1.1.1', 'X-Forwarded-Proto': 'https' }
  const seenBy = async (origin: string, sent: Record<string, string>) =>
    JSON.parse((await ask(origin, { headers: sent })).body)
  expect(await seenBy(plain.origin, { host: 'shop.example' })).toEqual([null, null, null, null])
  expect(await seenBy(plain.origin, headers)).toEqual(['10.1.1.1', null, 'https', null])
  expect(await seenBy(asked.origin, headers)).toEqual([
    '10.1.1.1, 127.0.0.1',
    '8443',
    'https, http',
    'shop.example:8443',
  ])
  expect(await seenBy(asked.origin, { host: 'a', 'x-forwarded-host': 'b', 'x-forwarded-port': '1' })).toEqual([
    '127.0.0.1',
    '1, 80',
    'http',
    'b',
  ])
})

test('many requests at once on one connection are answered in order', async () => {
  const primary = await primaryOf((request, response) => {
    // The first one takes longest.
    if (request.url !== '/0') return response.end(`<${request.url}>`)
    setImmediate(() => setImmediate(() => response.end('</0>')))
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send(Array.from({ length: 30 }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: shop\r\n\r\n`).join(''))
  await client.until(/<\/29>/)
  expect(client.text.match(/<\/\d+>/g)).toEqual(Array.from({ length: 30 }, (_, i) => `</${i}>`))
})

test('a forwarder is a listener like any other, without the rest', async () => {
  const primary = await primaryOf((request, response) => response.end(request.url))
  const forwarder = createForwarder({ target: new URL(primary.origin) })
  const origin = await listening(createServer(forwarder.handle))
  expect((await ask(`${origin}/a?b`)).body).toBe('/a?b')
  await forwarder[Symbol.asyncDispose]()
})

test.each([
  [{ target: 'ftp://127.0.0.1' }, /target: expected an http or https origin .* got "ftp:/],
  [{ target: 'http://127.0.0.1/path' }, /target: expected .* got "http:\/\/127.0.0.1\/path"/],
  [{ target: 'http://127.0.0.1/?a' }, /target/],
  [{ target: '127.0.0.1:80' }, /target/],
  [{ target: undefined }, /target: expected .* got undefined/],
  [{ target: 'http://a', timeoutMs: 0 }, /timeoutMs: expected a number, 1 or more, got 0/],
  [{ target: 'http://a', host: 'other' }, /host: expected 'preserve' or 'target', got "other"/],
  [{ target: 'http://a', maxHeadBytes: 1 }, /maxHeadBytes/],
])('%j is refused by name', (options, message) => {
  expect(() => createForwarder(options as never)).toThrow(message)
})

test('credentials in a target are refused, and not repeated', () => {
  expect(() => createForwarder({ target: 'http://user:secret@a' })).toThrow(/^(?!.*(user|secret)).*target.*a"$/)
})
