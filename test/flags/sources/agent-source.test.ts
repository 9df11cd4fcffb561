import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { seconds, virtualClock } from '../../../src/core/index.ts'
import { type AgentSourceOptions, agentSource } from '../../../src/flags/sources/agent-source.ts'
import { NAMES, ONE, START, start, TWO } from './support.ts'

/** An Agent on loopback that answers as it is told, and the paths that it was asked for. */
async function agent(first: RequestListener) {
  const asked: string[] = []
  const state = { answer: first }
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    state.answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked, change: (next: RequestListener) => void (state.answer = next) }
}
const content =
  (body: string | Uint8Array, version?: string): RequestListener =>
  (_, response) =>
    response
      .writeHead(200, {
        'content-type': 'application/json',
        ...(version === undefined ? {} : { 'configuration-version': version }),
      })
      .end(body)
const status =
  (code: number): RequestListener =>
  (_, response) =>
    response.writeHead(code).end('{"message":"no"}')

/** A source by a virtual clock, without jitter. */
function begin(url: string, options: Partial<AgentSourceOptions> = {}) {
  const clock = virtualClock(START)
  const started = start(agentSource({ ...NAMES, url, clock, random: () => 0, ...options }))
  const after = async (ms: number) => {
    await clock.advance(ms)
    return started.next()
  }
  return { ...started, clock, after }
}
const failed = (code: string) => ({ kind: 'failed', code })

test('the document comes with the version of the Agent, and the same again is unchanged', async () => {
  const { url, asked, change } = await agent(content(ONE, '7'))
  const { next, after } = begin(url)
  expect(await next()).toEqual({ kind: 'document', content: ONE, version: '7' })
  expect(await after(seconds(15))).toEqual({ kind: 'unchanged' })
  change(content(TWO, '8'))
  expect(await after(seconds(15))).toEqual({ kind: 'document', content: TWO, version: '8' })
  expect(new Set(asked)).toEqual(new Set(['/applications/shop/environments/prod/configurations/flags']))
})

test('without a version the digest is one, and a version that stands still does not hide a change', async () => {
  const { url, change } = await agent(content(ONE))
  const { next, after } = begin(url)
  expect(await next()).toMatchObject({ version: expect.stringMatching(/^sha256:/) })
  change(content(TWO, '1'))
  expect(await after(seconds(15))).toMatchObject({ version: '1' })
  change(content(ONE, '1'))
  expect(await after(seconds(15))).toMatchObject({ version: expect.stringMatching(/^1\+sha256:/), content: ONE })
})

test('names are escaped, and a path in the url is kept', async () => {
  const { url, asked } = await agent(content(ONE))
  await begin(`${url}/agent/`, { application: 'team/shop', profile: 'a?b#c' }).next()
  expect(asked).toEqual(['/agent/applications/team%2Fshop/environments/prod/configurations/a%3Fb%23c'])
})

test.each([
  [404, 'not-found'],
  [400, 'bad-answer'],
  [500, 'bad-answer'],
  [504, 'bad-answer'],
  [204, 'bad-answer'],
])('status %d is told as %s, and the source goes on', async (code, told) => {
  const { url, change } = await agent(status(code))
  const { next, after } = begin(url)
  expect(await next()).toMatchObject({ ...failed(told), message: expect.stringContaining(String(code)) })
  change(content(ONE, '1'))
  expect(await after(50)).toMatchObject({ kind: 'document' })
})

test('while it fails it is asked with full jitter, at most an interval apart', async () => {
  const { url, asked } = await agent(status(503))
  const { next, after, clock } = begin(url, { random: () => 0.5 })
  await next()
  for (const ceiling of [1000, 2000, 4000, 8000, 15_000, 15_000]) {
    await clock.advance((ceiling / 2) * 1.05 - 1)
    const before = asked.length
    await after(1)
    expect(asked).toHaveLength(before + 1)
  }
})

test('a redirect is told and not followed', async () => {
  const elsewhere = await agent(content(TWO))
  const { url } = await agent((_, response) => response.writeHead(302, { location: elsewhere.url }).end())
  expect(await begin(url).next()).toMatchObject(failed('redirected'))
  expect(elsewhere.asked).toEqual([])
})

test('a body that is too long is given up, whatever its headers say and however well it is packed', async () => {
  const long = Buffer.alloc(2000, 'x')
  const answers: RequestListener[] = [
    content(long),
    (_, response) => {
      response.writeHead(200)
      for (let part = 0; part < 20; part++) response.write(long.subarray(0, 100))
      response.end()
    },
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(long)),
  ]
  for (const answer of answers) {
    const { url } = await agent(answer)
    expect(await begin(url, { maxBytes: 1999 }).next()).toMatchObject(failed('too-large'))
    expect(await begin(url, { maxBytes: 2000 }).next()).toMatchObject({ kind: 'document' })
  }
})

test.each([
  ['no body', content(''), 'bad-answer'],
  ['no text', content(new Uint8Array([0xff, 0xfe, 0xfd])), 'malformed'],
  [
    'half of a body',
    (_, r) => void r.writeHead(200, { 'content-length': 100 }).write('half', () => r.destroy()),
    'unreachable',
  ],
  ['no answer at all', (_, r) => void r.destroy(), 'unreachable'],
] as [string, RequestListener, string][])('%s is told as such', async (_, answer, code) => {
  const { url } = await agent(answer)
  expect(await begin(url).next()).toMatchObject(failed(code))
})

test('an Agent that is not there yet is told with what really happened, and found when it comes', async () => {
  const { url, change } = await agent(content(ONE))
  const gone = new URL(url)
  gone.port = '1'
  expect(await begin(gone.href).next()).toMatchObject({ kind: 'failed', code: 'unreachable' })
  change(content(ONE))
  expect(await begin(url).next()).toMatchObject({ kind: 'document' })
})

test('an Agent that hangs, before or within its answer, is left at the deadline', async () => {
  for (const hanging of [() => {}, ((_, r) => void r.writeHead(200).write('{')) as RequestListener]) {
    const { url, asked, change } = await agent(hanging)
    const { after } = begin(url, { timeoutMs: 500 })
    await expect.poll(() => asked.length).toBe(1)
    expect(await after(500)).toMatchObject(failed('timeout'))
    change(content(ONE))
    expect(await after(50)).toMatchObject({ kind: 'document' })
  }
})

test('a refresh looks at once, and closing ends a look that is under way', async () => {
  const { url, asked, change } = await agent(content(ONE, '1'))
  const { next, told, handle, clock } = begin(url)
  await next()
  await clock.advance(1)
  change(content(TWO, '2'))
  await handle.refresh()
  expect(await next()).toMatchObject({ version: '2' })
  change(() => {})
  const looking = handle.refresh()
  await expect.poll(() => asked.length).toBe(3)
  await handle.close()
  await looking
  expect(told).toHaveLength(2)
  expect(clock.pending()).toBe(0)
})

test.each([
  ['application', { application: '' }],
  ['profile', { profile: undefined }],
  ['url', { url: 'file:///etc/passwd' }],
  ['url', { url: 'localhost:2772' }],
  ['pollMs', { pollMs: 0 }],
  ['timeoutMs', { timeoutMs: -1 }],
  ['maxBytes', { maxBytes: 1.5 }],
])('a bad %s is refused when the source is made', (field, bad) => {
  expect(() => agentSource({ ...NAMES, ...bad } as never)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`agentSource ${field}:`) }),
  )
})
