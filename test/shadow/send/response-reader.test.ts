import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { responseReader } from '../../../src/shadow/send/response-reader.ts'

const reader = (method = 'GET', maxBodyBytes = 1000) =>
  responseReader(method, { maxHeadBytes: 1000, maxBodyBytes, mayKeep: () => true })
const feed = (
  text: string | Buffer,
  options: { method?: string; cuts?: number[]; max?: number; end?: boolean } = {},
) => {
  const bytes = Buffer.from(text as string, 'latin1')
  const one = reader(options.method, options.max)
  const cuts = [...(options.cuts ?? []).map(c => c % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b)
  let done = false
  for (let i = 1; i < cuts.length && !done; i++)
    if (cuts[i]! > cuts[i - 1]!) done = one.feed(bytes.subarray(cuts[i - 1], cuts[i]))
  if (!done && options.end) done = one.end()
  return { done, answer: () => one.answer() }
}
const bodyOf = (text: string, options: Parameters<typeof feed>[1] = {}) => {
  const { done, answer } = feed(text, options)
  return [done, Buffer.from(answer().body).toString('latin1'), answer().reusable]
}

describe('an answer', () => {
  test('with a length, in chunks, or to the end of the connection', () => {
    expect(bodyOf('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')).toEqual([true, 'hello', true])
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nA: b\r\n\r\n'
    expect(bodyOf(chunked)).toEqual([true, 'hello world', true])
    const toEnd = 'HTTP/1.1 200 OK\r\n\r\nhello'
    expect(bodyOf(toEnd)).toEqual([false, 'hello', false])
    expect(bodyOf(toEnd, { end: true })).toEqual([true, 'hello', false])
  })

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('to %s has no body: %j', (method, text) => {
    expect(bodyOf(text, { method })).toEqual([true, '', true])
  })

  test('that is announced by others below 200', () => {
    const text =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
    expect(bodyOf(text)).toEqual([true, 'hi', true])
    expect(feed(text).answer().status).toBe(200)
  })

  test('has headers by lower-case name, cookies as a list, and one called __proto__ like any other', () => {
    const text =
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n__proto__: x\r\nContent-Length: 0\r\n\r\n'
    const { headers } = feed(text).answer()
    expect({ ...headers }).toMatchObject({ 'x-a': '1, 2', 'set-cookie': ['a=1', 'b=2'] })
    expect(Object.hasOwn(headers, '__proto__')).toBe(true)
    expect(({} as { x?: string }).x).toBeUndefined()
  })

  test.each([
    ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more'],
  ])('after which the connection is of no more use: %j', text => {
    expect(feed(text).answer().reusable).toBe(false)
  })

  test('longer than may be kept is truncated, and not listened to any more', () => {
    const { done, answer } = feed(`HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(1500)}`)
    expect([done, answer().truncated, answer().body.length, answer().reusable]).toEqual([true, true, 1000, false])
    const chunked = feed(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5dc\r\n${'x'.repeat(1500)}`)
    expect([chunked.done, chunked.answer().truncated]).toEqual([true, true])
    const exact = feed(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(1000)}`)
    expect([exact.answer().truncated, exact.answer().reusable]).toEqual([false, true])
  })

  test('of which no more bytes may be kept is truncated', () => {
    const one = responseReader('GET', { maxHeadBytes: 1000, maxBodyBytes: 1000, mayKeep: () => false })
    expect(one.feed(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'))).toBe(true)
    expect([one.answer().truncated, one.answer().body.length]).toEqual([true, 0])
  })

  test('comes out the same however its bytes are cut', () => {
    const answers = [
      'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n8\r\nlo world\r\n0\r\nT: x\r\n\r\n',
      'HTTP/1.1 200 OK\r\n\r\nhello world',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...answers), fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
        expect(bodyOf(text, { cuts, end: true })).toEqual(bodyOf(text, { end: true }))
      }),
    )
  })
})

describe('what could be understood in two ways, or not at all, is malformed', () => {
  test.each([
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HELLO\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n',
    'HTTP/1.1 200 OK\r\n: b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA B: c\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n',
    'HTTP/1.1 101 Switching\r\n\r\n',
    `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(2000)}`,
    `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(2000)}\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(2000)}`,
  ])('%j', text => {
    expect(() => feed(text)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  test('anything at all is an answer, none yet, or malformed, and nothing else', () => {
    const piece = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      '\r\n',
      '3\r\n',
      'abc',
      '0\r\n',
      '\r',
      '\n',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), fc.array(fc.nat(100), { maxLength: 5 }), (pieces, cuts) => {
        try {
          feed(pieces.join(''), { cuts })
        } catch (error) {
          expect((error as { code?: string }).code).toBe('malformed')
        }
      }),
      { numRuns: 500 },
    )
  })
})
