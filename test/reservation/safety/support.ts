import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import type { SafetyCheck, SafetyRequest } from '../../../src/core/safety-check.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import { hmacAuthentication, hmacSigner } from '../../../src/parts/server/index.ts'
import type { SafetyCheckClientOptions } from '../../../src/reservation/safety/client-options.ts'
import type { SafetyCheckHandlerOptions } from '../../../src/reservation/safety/handler-options.ts'
import { safetyCheckClient } from '../../../src/reservation/safety/safety-check-client.ts'
import { safetyCheckHandler } from '../../../src/reservation/safety/safety-check-handler.ts'
import { onLoopback } from '../../../src/testing/on-loopback.ts'

export const SECRET = 'what the coordinator and the service share'
export const signer = hmacSigner({ principal: 'coordinator', secret: SECRET })
export const authenticate = () =>
  hmacAuthentication({
    principals: id =>
      id === 'coordinator' || id === 'reader'
        ? { secrets: SECRET, roles: id === 'reader' ? ['read'] : ['automation'] }
        : undefined,
  })

let asked = 0
export const question = (parts: Partial<SafetyRequest> = {}): SafetyRequest => ({
  requestId: `question-${++asked}`,
  host: 'aws/us-east-1/use1-az1/-/h1',
  zone: 'aws/us-east-1/use1-az1',
  rack: 'r1',
  activity: 'restart',
  unavailable: [{ host: 'aws/us-east-1/use1-az2/-/h9', zone: 'aws/us-east-1/use1-az2', state: 'lost' }],
  placementVersion: 7,
  deadline: Date.now() + 20_000,
  ...parts,
})

export const answerTo = (request: SafetyRequest, parts: Partial<Verdict> = {}): Verdict => ({
  decision: 'go',
  reasons: [],
  subject: { place: request.host },
  source: 'kv',
  at: Date.now(),
  evidence: { requestId: request.requestId, host: request.host, activity: request.activity, placementVersion: 7 },
  ...parts,
})

export const checkOf = (isSafeToReserve: SafetyCheck['isSafeToReserve']): SafetyCheck => ({ isSafeToReserve })
export const ask = (check: SafetyCheck, request = question()) =>
  check.isSafeToReserve(request, { signal: new AbortController().signal })

/** A client that ends with the test. */
export function clientOf(url: string, options: Partial<SafetyCheckClientOptions> = {}) {
  const client = safetyCheckClient({ url, sign: signer.sign, ...options })
  onTestFinished(() => client.close())
  return client
}

/** A service that speaks HTTP and nothing that a handler of ours would. */
export async function serviceOf(listener: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => void listener(request, response))
  const { port, close } = await onLoopback(server)
  onTestFinished(close)
  return { server, url: `http://127.0.0.1:${port}`, close }
}

export async function bodyOf(request: IncomingMessage): Promise<SafetyRequest> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

const listen = async (listener: RequestListener) => (await serviceOf(listener)).url
type Handler = ReturnType<typeof safetyCheckHandler>

/** A service behind each of the frameworks, in each of the ways in which it can be put there. */
export const FRAMEWORKS = {
  node: (handler: Handler) => listen(handler.node()),
  'express, used': (handler: Handler) => listen(express().use(handler.express()).use(express.json())),
  'express, posted': (handler: Handler) => listen(express().post('/is-safe-to-reserve', handler.express())),
  'express, under a path': async (handler: Handler) =>
    `${await listen(express().use('/deep/check', handler.express()))}/deep/check`,
  'express, behind a parser that keeps the bytes': (handler: Handler) =>
    listen(
      express()
        .use(express.json({ verify: (request, _, bytes) => void Object.assign(request, { rawBody: bytes }) }))
        .use(handler.express()),
    ),
  'express, behind raw': (handler: Handler) =>
    listen(
      express()
        .use(express.raw({ type: 'application/json' }))
        .use(handler.express()),
    ),
  fastify: async (handler: Handler) => {
    const app = Fastify()
    app.post('/other', async request => ({ saw: request.body }))
    await app.register(handler.fastify)
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
  'fastify, under a path': async (handler: Handler) => {
    const app = Fastify()
    await app.register(handler.fastify, { prefix: '/deep' })
    onTestFinished(() => app.close())
    return `${await app.listen({ port: 0, host: '127.0.0.1' })}/deep/is-safe-to-reserve`
  },
} as const
export type Framework = keyof typeof FRAMEWORKS

export const handlerOf = (check: SafetyCheck['isSafeToReserve'], options: Partial<SafetyCheckHandlerOptions> = {}) =>
  safetyCheckHandler(checkOf(check), { authenticate: authenticate(), ...options })

/** A server of this app, with whatever else it has. */
export async function portOf(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
