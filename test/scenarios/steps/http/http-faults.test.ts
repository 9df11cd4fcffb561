import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunOptions } from '../../../../src/scenarios/index.ts'
import { type HttpStepsOptions, httpSteps } from '../../../../src/scenarios/steps/index.ts'
import { runSteps } from '../run-feature.ts'
import { type TestServer, testServer } from './server.ts'
import { shop } from './shop.ts'

let server: TestServer
beforeAll(async () => {
  server = await shop()
})
afterAll(() => server.close())

const run = (lines: string, options: HttpStepsOptions = {}, more: RunOptions = {}) =>
  runSteps(lines, { steps: [httpSteps(options)], target: { name: 't', endpoint: server.origin }, ...more })

test('a request that hangs ends at its own deadline, and says which', async () => {
  const { message, attached } = await run('When I send GET "/hang"', { requestTimeoutMs: 50 })
  expect(message).toBe(`GET ${server.origin}/hang: no answer within 50 ms`)
  expect(attached[0]).toContain('no response')
  const { message: said } = await run('Given a request may take at most 40 ms\nWhen I send GET "/hang"')
  expect(said).toBe(`GET ${server.origin}/hang: no answer within 40 ms`)
})

test("a request that hangs is let go of at the step's deadline", async () => {
  let closed: () => void
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  const own = await testServer((_came, response) => response.on('close', () => closed()))
  const target = { name: 't', endpoint: own.origin }
  const { message } = await run('When I send GET "/"', {}, { stepTimeoutMs: 60, target })
  expect(message).toMatch(/took longer than 60 ms/)
  await gone
  await own.close()
})

test('a run that is aborted lets go of its request', async () => {
  const { message } = await run('When I send GET "/hang"', {}, { signal: AbortSignal.timeout(50) })
  expect(message).toMatch(/aborted due to timeout/)
})

test('of a body that is too long, only so much is read', async () => {
  const { message, attached } = await run('When I send GET "/huge"')
  expect(message).toContain('/huge: the body has more than 1048576 bytes (httpSteps maxBodyBytes)')
  expect(attached[0]!.length).toBeLessThan(6000)
  expect(attached[0]).toContain('… (1044480 more characters)')
  const { status } = await run('When I send GET "/huge"', { maxBodyBytes: 3_000_000 })
  expect(status).toBe('PASSED')
})

test('a loop of redirects ends', async () => {
  const own = await shop()
  const { message, attached } = await run(
    'Given redirects are followed\nWhen I send GET "/loop"',
    {},
    {
      target: { name: 't', endpoint: own.origin },
    },
  )
  expect(message).toBe(`GET ${own.origin}/loop: more than 5 redirects, to /loop`)
  expect(attached[0]).toContain('redirects followed: 6')
  expect(own.came).toHaveLength(6)
  await own.close()
})

test('a redirect to what is no HTTP is not followed', async () => {
  const { message } = await run('Given redirects are followed\nWhen I send GET "/strange"')
  expect(message).toContain('redirected to file:///etc/passwd, which is no address of HTTP')
})

test('connections that are refused or cut off say so', async () => {
  const gone = await testServer(() => {})
  await gone.close()
  const refused = await run('When I send GET "/"', {}, { target: { name: 't', endpoint: gone.origin } })
  expect(refused.message).toMatch(/^GET http:\S+: .*ECONNREFUSED/)
  expect((await run('When I send GET "/cut"')).message).toMatch(/^GET http:\S+\/cut: /)
})

test('a pattern that others hang on does not hang, and one that is too much for its text says so', async () => {
  const evil = 'When I send GET "/huge"\nThen the response\'s body matches "^(x+)+y$"'
  expect((await run(evil, { maxBodyBytes: 4_000_000 })).message).toMatch(/too many for a text of 3000000 characters/)
  const short = 'When I send GET "/text"\nThen the response\'s body matches "^(.+)+!$"'
  expect((await run(short)).message).toMatch(/expected something that matches/)
})

test('a target without an endpoint says so', async () => {
  const { message } = await run('When I send GET "/"', {}, { target: { name: 'nowhere' } })
  expect(message).toBe('target nowhere: expected an endpoint that is a URL, got undefined')
})

test('options are looked at when they are given', () => {
  expect(() => httpSteps({ maxBodyBytes: -1 })).toThrow('httpSteps maxBodyBytes: expected a whole number, 0 or more')
  expect(() => httpSteps({ requestTimeoutMs: 0 })).toThrow('httpSteps requestTimeoutMs')
  expect(() => httpSteps({ headers: { a: 1 as never } })).toThrow('httpSteps headers.a: expected a text, got 1')
})
