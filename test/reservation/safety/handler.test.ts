import express from 'express'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import type { SafetyRequest } from '../../../src/core/safety-check.ts'
import { hmacSigner } from '../../../src/parts/server/index.ts'
import type { SafetyCheckHandlerOptions } from '../../../src/reservation/safety/handler-options.ts'
import { safetyCheckHandler } from '../../../src/reservation/safety/safety-check-handler.ts'
import {
  answerTo,
  ask,
  checkOf,
  clientOf,
  FRAMEWORKS,
  type Framework,
  handlerOf,
  question,
  SECRET,
  serviceOf,
  signer,
} from './support.ts'

const KINDS = Object.keys(FRAMEWORKS) as Framework[]

async function post(url: string, given: unknown, headers: Record<string, string> = {}, by = signer) {
  const address = new URL(url)
  if (address.pathname === '/') address.pathname = '/is-safe-to-reserve'
  const body = typeof given === 'string' ? given : JSON.stringify(given)
  const response = await fetch(address, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...by.sign({ method: 'POST', url: address, body }), ...headers },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: parsed(text) }
}

// A body parser's own refusals are pages.
const parsed = (text: string) => (text.startsWith('{') ? JSON.parse(text) : undefined)

test.each(KINDS)('%s: go, wait and stop are answered, about what was asked', async kind => {
  const seen: SafetyRequest[] = []
  const url = await FRAMEWORKS[kind](
    handlerOf(async request => {
      seen.push(request)
      const decision = request.activity === 'restart' ? 'go' : request.activity === 'destroy' ? 'stop' : 'wait'
      return answerTo(request, { decision, reasons: [{ code: 'x', message: 'because' }] })
    }),
  )
  const client = clientOf(url)
  for (const [activity, decision] of [
    ['restart', 'go'],
    ['destroy', 'stop'],
    ['long-offline', 'wait'],
  ] as const) {
    const request = question({ activity })
    expect(await ask(client, request)).toMatchObject({ decision, reasons: [{ code: 'x' }] })
    expect(seen.at(-1)).toEqual(request)
    expect((await post(url, request)).status).toBe(200)
  }
})

test.each(KINDS)('%s: whatever is wrong with the check, the answer is a well-formed wait', async kind => {
  let check: (request: SafetyRequest) => unknown
  const url = await FRAMEWORKS[kind](handlerOf(async request => (await check(request)) as never, { timeoutMs: 100 }))
  const request = question()
  const checks: [string, typeof check][] = [
    ['error', () => Promise.reject(new Error('the database is away'))],
    ['timeout', () => new Promise(() => {})],
    ['malformed', () => 'go'],
    ['malformed', () => undefined],
    ['malformed', r => ({ ...answerTo(r), reasons: 'fine' })],
    ['malformed', r => ({ ...answerTo(r), evidence: undefined })],
    ['other-question', () => answerTo(question())],
    [
      'stale-placement',
      r =>
        answerTo(
          { ...r, placementVersion: 6 },
          { evidence: { ...(answerTo(r).evidence as object), placementVersion: 6 } },
        ),
    ],
    ['other-subject', r => answerTo(r, { subject: { place: 'aws' } })],
    ['expired', r => answerTo(r, { validUntil: 1 })],
  ]
  for (const [code, one] of checks) {
    check = one
    const { status, json } = await post(url, request)
    expect([status, json.decision, json.reasons[0].code]).toEqual([200, 'wait', code])
    expect(await ask(clientOf(url), request)).toMatchObject({ decision: 'wait', reasons: [{ code }] })
  }
})

test.each(KINDS)('%s: who may not ask gets no answer', async kind => {
  let calls = 0
  const url = await FRAMEWORKS[kind](
    handlerOf(async request => {
      calls++
      return answerTo(request)
    }),
  )
  const by = (principal: string, secret = SECRET) => hmacSigner({ principal, secret })
  const bad: [number, () => Promise<{ status: number }>][] = [
    [401, () => post(url, question(), {}, by('nobody'))],
    [401, () => post(url, question(), {}, by('coordinator', 'another secret altogether'))],
    [401, () => post(url, question(), { authorization: 'Bearer x' })],
    [403, () => post(url, question(), {}, by('reader'))],
    [400, () => post(url, { ...question(), activity: 'dance' })],
    [400, () => post(url, '{"requestId":')],
    [400, () => post(url, '')],
    [400, () => post(url, 'null')],
    [415, () => post(url, question(), { 'content-type': 'text/plain' })],
  ]
  for (const [status, sent] of bad) expect((await sent()).status).toBe(status)
  expect(calls).toBe(0)
  const nobody = await post(url, question(), { authorization: '' })
  expect(nobody.headers.get('www-authenticate')).toBe('Andon-HMAC-SHA256')
  const wrong = await post(url, { ...question(), host: 5 })
  expect([wrong.status, wrong.json.error.field]).toEqual([400, 'host'])
})

test.each(KINDS)('%s: a question that is too large is refused', async kind => {
  const url = await FRAMEWORKS[kind](handlerOf(async request => answerTo(request), { bodyLimit: 2000 }))
  expect((await post(url, question({ rack: 'x'.repeat(3000) }))).status).toBe(413)
  expect((await post(url, question())).status).toBe(200)
})

test.each(KINDS)('%s: a question that was taken is not taken again', async kind => {
  const url = await FRAMEWORKS[kind](handlerOf(async request => answerTo(request)))
  const address = new URL(url)
  if (address.pathname === '/') address.pathname = '/is-safe-to-reserve'
  const body = JSON.stringify(question())
  const headers = { 'content-type': 'application/json', ...signer.sign({ method: 'POST', url: address, body }) }
  const send = () => fetch(address, { method: 'POST', body, headers }).then(r => r.status)
  expect([await send(), await send()]).toEqual([200, 401])
})

test('behind a parser that kept nothing, a signature cannot be checked; what needs no body works', async () => {
  const behind = (options: Partial<SafetyCheckHandlerOptions>) =>
    serviceOf(
      express()
        .use(express.json())
        .use(handlerOf(async request => answerTo(request), options).express()),
    )
  const signed = await post((await behind({})).url, question())
  expect([signed.status, signed.json.error.code]).toEqual([500, 'no-raw-body'])
  expect(await ask(clientOf((await behind({})).url))).toMatchObject({
    decision: 'wait',
    reasons: [{ code: 'http-500' }],
  })
  const bearer = async ({ headers }: { headers: Record<string, unknown> }) =>
    headers.authorization === 'Bearer t' ? { id: 'c', roles: ['automation' as const] } : undefined
  const { url } = await behind({ authenticate: bearer as never })
  expect(await ask(clientOf(url, { sign: undefined as never, bearer: () => 't' }))).toMatchObject({ decision: 'go' })
  expect(await ask(clientOf(url, { sign: undefined as never, bearer: 'u' }))).toMatchObject({
    decision: 'wait',
    reasons: [{ code: 'http-401' }],
  })
})

test('other paths and methods are left to others', async () => {
  const handler = handlerOf(async request => answerTo(request))
  const app = express().use(handler.express())
  app.get('/hello', (_, response) => void response.send('hello'))
  const { url } = await serviceOf(app)
  expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
  expect((await fetch(`${url}/is-safe-to-reserve`)).status).toBe(405)
  const bare = await serviceOf(handler.node())
  expect((await fetch(`${bare.url}/hello`)).status).toBe(404)
  expect((await fetch(`${bare.url}/is-safe-to-reserve`)).headers.get('allow')).toBe('POST')
  const fastify = Fastify()
  fastify.post('/other', async request => ({ saw: request.body }))
  await fastify.register(handler.fastify)
  onTestFinished(() => fastify.close())
  const at = await fastify.listen({ port: 0, host: '127.0.0.1' })
  const other = await fetch(`${at}/other`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  })
  expect(await other.json()).toEqual({ saw: { a: 1 } })
})

test('the deadline of the question counts as well, and after it nobody is asked', async () => {
  let calls = 0
  const handler = handlerOf(
    () => {
      calls++
      return new Promise(() => {})
    },
    { timeoutMs: 600_000 },
  )
  const { url } = await serviceOf(handler.node())
  const soon = await post(url, question({ deadline: Date.now() + 300 }))
  expect([soon.status, soon.json.decision, soon.json.reasons[0].code, calls]).toEqual([200, 'wait', 'timeout', 1])
  const passed = await post(url, question({ deadline: Date.now() - 1 }))
  expect([passed.status, passed.json.decision, passed.json.reasons[0].code, calls]).toEqual([200, 'wait', 'timeout', 1])
})

test('an asker that is gone aborts the check', async () => {
  const [started, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()]
  const handler = safetyCheckHandler(
    checkOf((_, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason))
      started.resolve()
      return new Promise(() => {})
    }),
    { authenticate: async () => ({ id: 'a', roles: ['automation'] }) },
  )
  const { url } = await serviceOf(handler.node())
  const leaving = new AbortController()
  const client = clientOf(url)
  const asked = client.isSafeToReserve(question(), { signal: leaving.signal })
  await started.promise
  leaving.abort(new Error('not needed any more'))
  await expect(asked).rejects.toThrow('not needed any more')
  expect(await aborted.promise).toMatchObject({ code: 'aborted' })
})

test.each([
  ['check', {}, {}],
  ['authenticate', checkOf(async () => null as never), { authenticate: SECRET }],
  ['timeoutMs', checkOf(async () => null as never), { authenticate: async () => undefined, timeoutMs: 0 }],
])('%s is checked', (field, check, options) => {
  expect(() => safetyCheckHandler(check as never, options as never)).toThrow(`safetyCheckHandler ${field}: expected`)
  expect(() => safetyCheckHandler(check as never, options as never)).not.toThrow(SECRET)
})
