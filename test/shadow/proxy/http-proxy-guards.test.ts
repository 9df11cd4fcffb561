import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ask, connectionsOf, dial, eventually, primaryOf, proxyTo, rawPrimary, stubEngine } from './fixtures.ts'

// What http-proxy 1.18.1 does when it is left to itself, on Node 24, is said at each test.

/** Answers with what it was asked. */
const echo = () =>
  primaryOf(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.end(JSON.stringify({ method: request.method, url: request.url, raw: request.rawHeaders, body }), 'latin1')
  })
const sawOf = (text: string) =>
  JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
    method: string
    url: string
    raw: string[]
    body: string
  }
const namesOf = (raw: string[]) => raw.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase())

test('a GET with Trailer is forwarded without it', async () => {
  // Without: ERR_HTTP_TRAILER_INVALID out of an event, which ends the process.
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\nTrailer: Checksum\r\n\r\n')
  expect(namesOf(sawOf(await client.until(/\}$/)).raw)).not.toContain('trailer')
})

test('a chunked upload with Trailer arrives whole, without it', async () => {
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  client.send(
    'POST / HTTP/1.1\r\nHost: shop\r\nTrailer: Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nSum: 1\r\n\r\n',
  )
  const saw = sawOf(await client.until(/\}\r\n0\r\n\r\n$|\}$/))
  expect(saw.body).toBe('abc')
  expect(namesOf(saw.raw)).not.toContain('trailer')
})

test('Expect is answered here and not forwarded, and the body arrives', async () => {
  // Without: the header goes on, and http-proxy does not tell of such a request at all (`proxyReq` is not emitted).
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n')
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  client.send('abc')
  const saw = sawOf(await client.until(/\}$/))
  expect(saw.body).toBe('abc')
  expect(namesOf(saw.raw)).not.toContain('expect')
})

test.each(['DELETE', 'OPTIONS', 'GET'])('the body of a %s in chunks is not taken for a request', async method => {
  // Without: DELETE and OPTIONS go on with `content-length: 0` and their body behind it: the primary serves `/smuggled`.
  const served: string[] = []
  const primary = await primaryOf(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    served.push(`${request.method} ${request.url}`)
    response.end(`got ${body.length}.`)
  })
  const proxy = await proxyTo(primary.origin)
  const inner = 'GET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n'
  const client = dial(proxy.origin)
  client.send(`${method} /one HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n`)
  client.send(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`)
  await client.until(/got \d+\./)
  expect(client.text).toContain(`got ${inner.length}.`)
  // Goes by the same connection to the primary, behind whatever is left on it.
  expect((await ask(`${proxy.origin}/two`)).body).toBe('got 0.')
  expect(served).toEqual([`${method} /one`, 'GET /two'])
})

test('a customer who leaves while waiting takes the upstream request along: 50 of 50', async () => {
  // Without: all 50 connections to the primary stay.
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  const proxy = await proxyTo(primary.origin)
  const clients = Array.from({ length: 50 }, () => dial(proxy.origin))
  for (const client of clients) client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  await eventually(() => waiting === 50)
  expect(await connectionsOf(primary.server)).toBe(50)
  for (const client of clients) client.socket.destroy()
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts).toMatchObject({ requests: 50, aborted: 50, unreachable: 0 })
})

test('a customer who leaves while downloading takes the upstream request along', async () => {
  const primary = await primaryOf((_, response) => void response.writeHead(200).write('begun'))
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  await client.until(/begun/)
  client.socket.destroy()
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts).toMatchObject({ aborted: 1, cut: 0 })
})

test('a customer who leaves while uploading ends the upload, which the primary sees as broken off', async () => {
  let begun = false
  const brokenOff = Promise.withResolvers<boolean>()
  const primary = await primaryOf(request => {
    request.on('data', () => {
      begun = true
    })
    request.on('error', () => {})
    request.on('close', () => brokenOff.resolve(!request.complete))
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\nhalf')
  await eventually(() => begun)
  client.socket.destroy()
  expect(await brokenOff.promise).toBe(true)
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts.aborted).toBe(1)
})

test('requests sent one behind the other end with their customer, and nothing warns of listeners', async () => {
  // Neither a request that has arrived nor a response that waits for its turn is told that the connection is gone.
  const warnings: string[] = []
  const onWarning = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', onWarning)
  let waiting = 0
  const primary = await primaryOf(() => void waiting++)
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n'.repeat(20))
  await eventually(() => waiting === 20)
  client.socket.destroy()
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  process.off('warning', onWarning)
  expect(proxy.counts.aborted).toBe(20)
  expect(warnings).toEqual([])
})

// Without: a status of 99 is ERR_HTTP_INVALID_STATUS_CODE out of an event, which ends the process; and a switch of
// protocols is told to nobody, so that the customer waits for ever.
test.each([
  ['a status that cannot be sent on', 'HTTP/1.1 099 Odd\r\nX-Odd: 1\r\nContent-Length: 0\r\n\r\n'],
  [
    'a switch of protocols that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
  [
    'a length beside chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['nothing', ''],
])('%s is a 502, and the proxy lives', async (_, answer) => {
  const primary = await rawPrimary(socket => socket.once('data', () => socket.end(answer)))
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  for (let i = 1; i <= 2; i++) {
    const { status, headers, body } = await ask(proxy.origin)
    expect({ status, body }).toEqual({ status: 502, body: 'The service could not be reached.\n' })
    expect(headers).not.toHaveProperty('x-odd')
    expect(proxy.counts.unreachable).toBe(i)
  }
  expect(engine.abandoned).toEqual([502, 502])
})

test.each(['/a//b?c=http://d//e', '//two.example/path', "/a|b'c\\d", '/a;b=1?', '/?', '/%zz', '//[', '/a#b'])(
  'the path %s arrives as it was sent',
  async path => {
    // Without: `//` becomes `/`, a backslash turns, and what follows a `#` is lost.
    const proxy = await proxyTo((await echo()).origin)
    const client = dial(proxy.origin)
    client.send(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`)
    expect(sawOf(await client.until(/\}$/)).url).toBe(path)
  },
)

test('OPTIONS of the server as a whole arrives as it was sent', async () => {
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  client.send('OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n')
  expect(sawOf(await client.until(/\}$/))).toMatchObject({ url: '*', method: 'OPTIONS' })
})

test('headers about the connection stay here, those that Connection names as well; the rest arrives as written', async () => {
  // Without: all of them go on.
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  const about = [
    'Keep-Alive: 3',
    'TE: trailers',
    'Proxy-Connection: a',
    'Proxy-Authorization: b',
    'X-Gone: 1',
    'Upgrade: h2c',
  ]
  const other = [
    'Host: shop',
    'X-Twice: 1',
    'x-twice: 2',
    'X-Case: K\u00e9pt',
    '__proto__: 1',
    'Cookie: a=1',
    'Cookie: b=2',
  ]
  const lines = ['Connection: close, x-gone', ...about, ...other]
  client.send(`GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  const { raw } = sawOf(await client.until(/\}$/))
  const names = namesOf(raw)
  for (const line of about) expect(names).not.toContain(line.split(':')[0]!.toLowerCase())
  const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${raw[i + 1]}`] : []))
  expect(pairs).toEqual(
    expect.arrayContaining(['Host: shop', 'X-Twice: 1', 'X-Twice: 2', 'X-Case: K\u00e9pt', 'Cookie: a=1; b=2']),
  )
})

test('Connection cannot take away the length of a body, or the host', async () => {
  const proxy = await proxyTo((await echo()).origin)
  const client = dial(proxy.origin)
  client.send('POST / HTTP/1.1\r\nHost: shop\r\nConnection: content-length, host\r\nContent-Length: 3\r\n\r\nabc')
  const { raw, body } = sawOf(await client.until(/\}$/))
  expect(body).toBe('abc')
  expect(raw[raw.indexOf('Content-Length') + 1]).toBe('3')
  expect(raw[raw.indexOf('Host') + 1]).toBe('shop')
})

test('the request is left as it came to whoever else looks at it', async () => {
  // Without: X-Forwarded-* and lengths are written into its headers.
  const primary = await echo()
  const before: string[] = []
  const after: string[] = []
  const proxy = await proxyTo(primary.origin, {
    xfwd: true,
    shadow: {
      skip() {},
      handler: listener => (request, response) => {
        before.push(JSON.stringify([request.headers, request.rawHeaders, request.listenerCount('error')]))
        listener(request, response)
        response.on('finish', () =>
          after.push(JSON.stringify([request.headers, request.rawHeaders, request.listenerCount('error')])),
        )
      },
    },
  })
  const asked = await ask(proxy.origin, { method: 'DELETE' })
  expect(sawOf(asked.body).raw).toContain('X-Forwarded-For')
  expect(after).toEqual(before)
})

test('nothing is printed, not even with warnings of deprecation shown', async () => {
  // Without: DEP0060, of util._extend.
  const forwarder = JSON.stringify(resolve('src/shadow/proxy/index.ts'))
  const program = `
    import { createServer } from 'node:http'
    const { createForwarder } = await import(${forwarder})
    const primary = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1', () => {
      const forwarder = createForwarder({ target: 'http://127.0.0.1:' + primary.address().port })
      const proxy = createServer(forwarder.handle).listen(0, '127.0.0.1', async () => {
        const answer = await fetch('http://127.0.0.1:' + proxy.address().port + '/a')
        console.log(await answer.text(), process.getBuiltinModule('util')._extend !== Object.assign)
        process.exit()
      })
    })`
  const child = spawn(process.execPath, ['--trace-deprecation', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  await once(child, 'close')
  expect(said).toBe('fine true\n')
})
