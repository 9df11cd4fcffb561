import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { type HttpProbeOptions, httpProbe } from '../../src/canary/index.ts'
import { deadline, realClock } from '../../src/core/index.ts'

const run = (options: Omit<HttpProbeOptions, 'name'>, signal = new AbortController().signal) =>
  httpProbe({ name: 'probe', ...options }).run({ signal })

/** A server that does with each connection what the test says. */
async function tcp(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcp(socket => {
    sockets.add(socket.on('error', () => {}))
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const saying = (...answer: (string | Buffer)[]) =>
  tcp(socket => {
    socket.once('data', () => {
      for (const part of answer) socket.write(part)
    })
  })

const HEAD = 'HTTP/1.1 200 OK\r\n'

test('a name that nobody has is a failure of DNS', async () => {
  expect(await run({ url: 'http://nowhere.invalid/' })).toMatchObject({ ok: false, code: 'dns' })
})

test('a refused connection is a failure to connect', async () => {
  const server = createTcp().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  expect(await run({ url: `http://127.0.0.1:${port}` })).toMatchObject({ ok: false, code: 'connect' })
})

test('a connection that breaks is a reset, before an answer and in the middle of one', async () => {
  const early = await tcp(socket => socket.once('data', () => socket.resetAndDestroy()))
  expect(await run({ url: `http://${early}` })).toMatchObject({ ok: false, code: 'reset' })
  const late = await tcp(socket =>
    socket.once('data', () => {
      socket.write(`${HEAD}content-length: 100\r\n\r\nhalf`, () => socket.end())
    }),
  )
  expect(await run({ url: `http://${late}` })).toMatchObject({ ok: false, code: 'reset' })
})

test('a server that does not speak TLS is a failure of TLS', async () => {
  const plain = await saying('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(await run({ url: `https://${plain}` })).toMatchObject({ ok: false, code: 'tls' })
})

test('what is no HTTP is a failure of the protocol', async () => {
  expect(await run({ url: `http://${await saying('SSH-2.0-OpenSSH_9.6\r\n')}` })).toMatchObject({
    ok: false,
    code: 'protocol',
  })
})

test('a body that is not compressed as it says cannot be decoded', async () => {
  const url = `http://${await saying(`${HEAD}content-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!`)}`
  expect(await run({ url })).toMatchObject({ ok: false, code: 'decode' })
})

test('a deadline is a time-out, an abort is none', async () => {
  const url = `http://${await tcp(() => {})}`
  const outcome = Promise.withResolvers<unknown>()
  await deadline(realClock, 50, 'probe', async s => outcome.resolve(await run({ url }, s))).catch(() => {})
  expect(await outcome.promise).toMatchObject({ ok: false, code: 'timeout' })
  expect(await run({ url }, AbortSignal.abort(new Error('closed')))).toMatchObject({ code: 'aborted', error: 'closed' })
})

/** A real server, and how many connections it has had. */
async function http(body: Buffer | string, headers: Record<string, string> = {}, status = 200) {
  let connections = 0
  const server = createServer((_, response) => response.writeHead(status, headers).end(body)).listen(0, '127.0.0.1')
  server.on('connection', () => connections++)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

test('a body is read up to its limit, and one that is longer is a failure', async () => {
  const { url } = await http('x'.repeat(1000))
  expect(await run({ url, maxBytes: 1000 })).toMatchObject({ ok: true })
  expect(await run({ url, maxBytes: 999 })).toMatchObject({
    ok: false,
    code: 'too-large',
    error: 'body: more than 999 bytes',
  })
})

test('the limit is on what is unpacked: a small packet that swells is cut off', async () => {
  const { url } = await http(gzipSync(Buffer.alloc(50 * 2 ** 20)), { 'content-encoding': 'gzip' })
  expect(await run({ url })).toMatchObject({ ok: false, code: 'too-large' })
})

test('a server that sends without end is left', async () => {
  const closed = Promise.withResolvers<void>()
  const url = await tcp(socket => {
    socket.once('close', () => closed.resolve())
    socket.once('data', () => {
      socket.write(`${HEAD}\r\n`)
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536)));
      }
      socket.on('drain', more)
      more()
    })
  })
  expect(await run({ url: `http://${url}` })).toMatchObject({ ok: false, code: 'too-large' })
  await closed.promise
})

test('a connection is used again, whether the status was right or wrong', async () => {
  for (const status of [200, 500]) {
    const { url, connections } = await http('fine', {}, status)
    for (let i = 0; i < 5; i++) expect((await run({ url })).ok).toBe(status === 200)
    // The next run may come a moment before the last one's connection is free.
    expect(connections()).toBeLessThanOrEqual(2)
  }
})

test('the code tells a redirect, a wrong status and a wrong body apart', async () => {
  const moved = await http('', { location: '/elsewhere' }, 302)
  expect(await run({ url: moved.url })).toMatchObject({
    code: 'redirect',
    detail: { status: 302, location: '/elsewhere' },
  })
  expect(await run({ url: (await http('', {}, 503)).url })).toMatchObject({ code: 'status', detail: { status: 503 } })
  const { url } = await http('fine')
  expect(await run({ url, expectBody: () => 'not fine' })).toMatchObject({ code: 'body', error: 'not fine' })
  expect(() => httpProbe({ name: 'a', url, maxBytes: -1 })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})
