import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answer, compare, told } from './support.ts'

const json = { 'content-type': 'application/json' }
const encoders: Record<string, (body: Buffer) => Buffer> = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  'deflate without its header': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  'gzip, br': body => zlib.brotliCompressSync(zlib.gzipSync(body)),
  identity: body => body,
  ...('zstdCompressSync' in zlib ? { zstd: zlib.zstdCompressSync as (body: Buffer) => Buffer } : {}),
}
const encoded = (name: string, body: unknown) =>
  answer(encoders[name]!(Buffer.from(JSON.stringify(body))), { ...json, 'content-encoding': name.split(' w')[0] })

describe('encoded bodies', () => {
  test.each(Object.keys(encoders))('%s', async name => {
    expect(told((await compare(encoded(name, { a: 1 }), encoded(name, { a: 2 }))).differences)).toEqual([
      'changed $.a: 1 / 2',
    ])
    expect(await compare(encoded(name, { a: 1 }), answer({ a: 1 }))).toEqual({
      equal: true,
      differences: [],
      by: 'bytes',
      complete: true,
    })
  })

  test('compressed in another way are the same', async () => {
    const body = Buffer.from(JSON.stringify({ a: 'x'.repeat(1000) }))
    const gzip = { ...json, 'content-encoding': 'gzip' }
    const [a, b] = [1, 9].map(level => answer(zlib.gzipSync(body, { level }), gzip))
    expect(await compare(a!, b!)).toMatchObject({ equal: true, by: 'bytes' })
  })

  test('the encoding itself counts only when asked for', async () => {
    const found = await compare(encoded('gzip', { a: 1 }), answer({ a: 1 }), { compareHeaders: ['Content-Encoding'] })
    expect(told(found.differences)).toEqual(['missing header:content-encoding: "gzip" / -'])
  })

  test('the answer to HEAD has an encoding and no body', async () => {
    const [a, b] = [answer('', { 'content-encoding': 'gzip' }), answer('', { 'content-encoding': 'br' })]
    expect(await compare(a, b)).toMatchObject({ equal: true, by: 'bytes' })
  })
})

describe('bodies that do not decode', () => {
  test('on one side are a difference', async () => {
    const broken = answer(Buffer.from([0xff, 0xfe, 0x00]), { ...json, 'content-encoding': 'gzip' })
    const found = await compare(encoded('gzip', { a: 1 }), broken)
    expect(found).toMatchObject({
      equal: false,
      by: 'none',
      complete: false,
      why: "the candidate's body does not decode as gzip",
    })
    expect(told(found.differences)).toEqual(['type body: decodes / does not decode as gzip'])
    expect(told((await compare(broken, encoded('gzip', { a: 1 }))).differences)).toEqual([
      'type body: does not decode as gzip / decodes',
    ])
  })

  test('that the primary compresses only behind us are compared as they were seen', async () => {
    const seen = answer({ a: 1, b: [2] }, { ...json, 'content-encoding': 'gzip' })
    expect(await compare(seen, encoded('gzip', { a: 1, b: [2] }))).toMatchObject({ equal: true, complete: true })
    expect(told((await compare(seen, encoded('gzip', { a: 1, b: [3] }))).differences)).toHaveLength(1)
  })

  test('that end too early, likewise', async () => {
    const whole = encoded('gzip', { a: 1 })
    const found = await compare(whole, { ...whole, body: whole.body.subarray(0, -4) })
    expect(told(found.differences)).toEqual(['type body: decodes / does not decode as gzip'])
  })

  test('on both sides say nothing', async () => {
    const broken = (text: string) => answer(text, { ...json, 'content-encoding': 'br' })
    expect(await compare(broken('abc'), broken('def'))).toMatchObject({ equal: false, differences: [], by: 'none' })
  })

  test('in encodings that nobody knows say nothing', async () => {
    const odd = (text: string) => answer(text, { ...json, 'content-encoding': 'klingon' })
    expect(await compare(odd('abc'), odd('def'))).toMatchObject({
      differences: [],
      by: 'none',
      why: "the primary's body has an unknown encoding: klingon",
    })
    const nested = answer('x', { ...json, 'content-encoding': 'gzip, gzip, gzip, gzip' })
    expect(await compare(nested, answer({}))).toMatchObject({ by: 'none', complete: false })
  })

  test('that would become too large are not decoded to their end', async () => {
    const bomb = (digit: string) =>
      answer(zlib.gzipSync(Buffer.alloc(50_000_000, digit)), { ...json, 'content-encoding': 'gzip' })
    const [one, other] = [bomb('1'), bomb('2')]
    const before = process.memoryUsage().arrayBuffers
    const found = await compare(one, other, { maxBytes: 100_000 })
    const why = "the primary's body is longer than 100000 bytes when it is decoded (maxBytes)"
    expect(found).toEqual({ equal: false, differences: [], by: 'none', complete: false, why })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})
