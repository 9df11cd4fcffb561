import { expect, test } from 'vitest'
import { dial, primaryOf, proxyTo, stubEngine } from './fixtures.ts'

/** What must reach neither the primary nor the engine. `insecureHTTPParser` is off even when the process has it on. */
const REFUSED: [what: string, request: string][] = [
  ['both lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  [
    'both lengths, the other way',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
  ],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
  ['a length with a sign', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc'],
  [
    'chunks that are not the last coding',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
  ],
  ['a coding that is none', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ['a space before the colon', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
  ['a folded header', 'POST / HTTP/1.1\r\nHost: a\r\nX: a\r\n Transfer-Encoding: chunked\r\nBad\r\n\r\n'],
  ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n'],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['another origin', 'GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n'],
  ['another origin, by https', 'GET https://other.example/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['its own origin, in absolute form', 'GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'another origin, with a body to wait for',
    'PUT http://b/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n',
  ],
  ['a GET of everything', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n'],
]

test.each(REFUSED)('%s: refused, and nobody sees it', async (_, request) => {
  let asked = 0
  const primary = await primaryOf((__, response) => {
    asked++
    response.end()
  })
  const engine = stubEngine()
  const proxy = await proxyTo(primary.origin, { shadow: engine })
  const client = dial(proxy.origin)
  client.send(request)
  await client.until(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\r\n\r\n/)
  client.socket.end()
  await client.ended
  expect(asked).toBe(0)
  expect(engine.seen).toEqual([])
  expect(proxy.counts.unreachable).toBe(0)
})

test('a chunked body goes on in chunks, whatever is in it, and ends where it ends', async () => {
  const bodies: string[] = []
  const primary = await primaryOf(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(`${request.url} ${request.headers['transfer-encoding']} ${request.headers['content-length']} ${body}`)
    response.end('fine')
  })
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  const inner = '0\r\n\r\nGET /inner HTTP/1.1\r\n\r\n'
  client.send(
    `POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n${inner.length.toString(16)};x=y\r\n${inner}\r\n0\r\n\r\n`,
  )
  client.send('POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc')
  client.send('POST /three HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until(/(fine[\s\S]*){3}/)
  expect(bodies.sort()).toEqual([`/one Chunked undefined ${inner}`, '/three undefined 0 ', '/two undefined 3 abc'])
})
