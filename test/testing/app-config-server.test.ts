import { request } from 'node:http'
import {
  BadRequestException,
  GetLatestConfigurationCommand,
  StartConfigurationSessionCommand,
} from '@aws-sdk/client-appconfigdata'
import { expect, onTestFinished, test } from 'vitest'
import { hours, seconds, virtualClock } from '../../src/core/index.ts'
import { type AppConfigFault, type AppConfigServerOptions, startAppConfigServer } from '../../src/testing/index.ts'
import { sdkClient } from '../flags/sources/support.ts'

/** The server with the real SDK. */
async function served(options: AppConfigServerOptions = { content: 'one' }) {
  const clock = virtualClock(1_000_000)
  const server = await startAppConfigServer({ clock, ...options })
  onTestFinished(() => server.close())
  const client = sdkClient(server.endpoint)
  const session = async (requiredIntervalS?: number, profile = 'p') => {
    const input = { ApplicationIdentifier: 'a', EnvironmentIdentifier: 'e', ConfigurationProfileIdentifier: profile }
    const command = new StartConfigurationSessionCommand(
      requiredIntervalS === undefined ? input : { ...input, RequiredMinimumPollIntervalInSeconds: requiredIntervalS },
    )
    return (await client.send(command)).InitialConfigurationToken!
  }
  const get = (ConfigurationToken: string, abortSignal?: AbortSignal) =>
    client.send(new GetLatestConfigurationCommand({ ConfigurationToken }), abortSignal ? { abortSignal } : {})
  return { clock, server, session, get }
}
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const refused = (Problem: string) => ({
  name: 'BadRequestException',
  Reason: 'InvalidParameters',
  Details: { InvalidParameters: { configuration_token: { Problem } } },
})

test('a session’s first call has the content, with its label, type and interval; the next has nothing new', async () => {
  const { clock, server, session, get } = await served({})
  server.publish('a: 1', { label: 'one', contentType: 'application/yaml' })
  const first = await get(await session(30))
  expect(first).toMatchObject({ ContentType: 'application/yaml', NextPollIntervalInSeconds: 30, VersionLabel: 'one' })
  expect(text(first.Configuration)).toBe('a: 1')
  await clock.advance(seconds(30))
  const second = await get(first.NextPollConfigurationToken!)
  expect(text(second.Configuration)).toBe('')
  expect(second.VersionLabel ?? '').toBe('')
  server.publish({ a: 2 })
  await clock.advance(seconds(30))
  const third = await get(second.NextPollConfigurationToken!)
  expect([text(third.Configuration), third.VersionLabel]).toEqual(['{"a":2}', '2'])
  expect(server.counts).toMatchObject({ start: 1, get: 3, content: 2, unchanged: 1 })
})

test('a token is good for one call', async () => {
  const { server, session, get } = await served()
  const token = await session()
  await get(token)
  await expect(get(token)).rejects.toMatchObject(refused('Corrupted'))
  await expect(get('never given')).rejects.toBeInstanceOf(BadRequestException)
  expect(server.counts.corrupted).toBe(2)
})

test('a call before its time is refused, and its token is good when the time has come', async () => {
  const { clock, server, session, get } = await served()
  const { NextPollConfigurationToken: token } = await get(await session(60))
  await clock.advance(seconds(60) - 1)
  await expect(get(token!)).rejects.toMatchObject({
    ...refused('PollIntervalNotSatisfied'),
    message: 'Request too early',
  })
  await clock.advance(1)
  await get(token!)
  expect(server.counts).toMatchObject({ tooEarly: 1, corrupted: 0 })
})

test('a token’s life ends, by the clock or on demand', async () => {
  const { clock, server, session, get } = await served()
  const [old, other] = [await session(), await session()]
  await clock.advance(hours(24) - 1)
  await get(other)
  await clock.advance(1)
  await expect(get(old)).rejects.toMatchObject(refused('Expired'))
  const fresh = await session()
  server.expireTokens()
  await expect(get(fresh)).rejects.toMatchObject(refused('Expired'))
  await get(await session())
  expect(server.counts.expired).toBe(2)
})

test('the interval can change in the middle of a session, and is insisted on', async () => {
  const { clock, server, session, get } = await served()
  server.setInterval(300)
  const first = await get(await session(60))
  expect(first.NextPollIntervalInSeconds).toBe(300)
  await clock.advance(seconds(299))
  await expect(get(first.NextPollConfigurationToken!)).rejects.toMatchObject(refused('PollIntervalNotSatisfied'))
  server.setInterval(undefined)
  await clock.advance(seconds(1))
  expect((await get(first.NextPollConfigurationToken!)).NextPollIntervalInSeconds).toBe(60)
})

test('nothing published, a name that is not known, and an interval out of its limits are refused', async () => {
  const empty = await served({})
  await expect(empty.session()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  const { session } = await served({ content: 'one', profile: 'known' })
  await expect(session(60, 'other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(session(14, 'known')).rejects.toMatchObject({ name: 'BadRequestException' })
  await expect(session(86_401, 'known')).rejects.toMatchObject({ name: 'BadRequestException' })
  expect(await session(86_400, 'known')).toMatch(/./)
})

test.each([
  ['unauthorized', 'UnrecognizedClientException', 401],
  ['forbidden', 'AccessDeniedException', 403],
  ['not-found', 'ResourceNotFoundException', 404],
  ['too-early', 'BadRequestException', 400],
  ['expired', 'BadRequestException', 400],
  ['bad-request', 'BadRequestException', 400],
] as [AppConfigFault, string, number][])(
  'fault %s: the SDK throws %s (%d), and the token stays good',
  async (fault, name, status) => {
    const { server, session, get } = await served()
    const token = await session()
    server.fail(fault)
    await expect(get(token)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } })
    await get(token)
    expect(server.counts.faults).toBe(1)
  },
)

test.each([
  ['throttle', { name: 'ThrottlingException' }],
  ['error', { name: 'InternalServerException' }],
  ['unavailable', { $metadata: { httpStatusCode: 503 } }],
] as [AppConfigFault, object][])(
  'fault %s lasts as long as it is told to, and the token stays good',
  async (fault, error) => {
    const { server, session, get } = await served()
    const token = await session()
    // The SDK tries twice.
    server.fail(fault, { times: 2 })
    await expect(get(token)).rejects.toMatchObject(error)
    await get(token)
    expect(server.counts).toMatchObject({ faults: 2, get: 3 })
  },
)

test.each(['lost', 'reset'] as const)('fault %s: there is no answer, and the token is spent', async fault => {
  const { server, session, get } = await served()
  const token = await session()
  server.fail(fault)
  // The SDK tries again by itself, with the token that is spent: the very mistake that a source must not make.
  await expect(get(token)).rejects.toBeInstanceOf(Error)
  await expect(get(token)).rejects.toMatchObject(refused('Corrupted'))
})

test('fault hang: no answer, until somebody gives up', async () => {
  const { server, session, get } = await served()
  const token = await session()
  server.fail('hang')
  const giveUp = new AbortController()
  const asked = get(token, giveUp.signal)
  await expect.poll(() => server.counts.faults).toBe(1)
  giveUp.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  await get(token)
})

test('faults wait for the call that they are for, queue up, and can be called off', async () => {
  const { server, session, get } = await served()
  server.fail('forbidden', { on: 'start' })
  server.fail('no-token', { on: 'start' })
  server.fail('not-found', { times: Number.POSITIVE_INFINITY })
  await expect(session()).rejects.toMatchObject({ name: 'AccessDeniedException' })
  expect(await session()).toBeUndefined()
  const token = await session()
  for (let call = 0; call < 3; call++)
    await expect(get(token)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  server.heal()
  await get(token)
})

test('closing ends every connection, also one that waits, and may be done twice', async () => {
  const { server, session, get } = await served()
  const token = await session()
  server.fail('hang', { times: Number.POSITIVE_INFINITY })
  const asked = expect(get(token)).rejects.toBeInstanceOf(Error)
  await expect.poll(() => server.counts.faults).toBe(1)
  await server.close()
  await server[Symbol.asyncDispose]()
  await asked
})

/** The status of a raw request. */
const raw = (endpoint: string, path: string, headers: Record<string, string>, body?: string) =>
  new Promise<number>((resolve, reject) => {
    const sent = request(`${endpoint}${path}`, { method: body === undefined ? 'GET' : 'POST', headers }, response => {
      response.resume().once('end', () => resolve(response.statusCode!))
    })
    sent.once('error', reject).end(body)
  })

test('what a browser would send, other paths and bodies that make no sense are refused', async () => {
  const { server } = await served()
  const path = '/configuration?configuration_token=x'
  expect(await raw(server.endpoint, path, { host: 'rebound.example' })).toBe(403)
  expect(await raw(server.endpoint, path, { origin: 'http://rebound.example' })).toBe(403)
  expect(await raw(server.endpoint, '/', {})).toBe(404)
  expect(await raw(server.endpoint, '/configurationsessions', {}, '{"half":')).toBe(400)
  expect(await raw(server.endpoint, '/configurationsessions', {}, 'null')).toBe(400)
  expect(await raw(server.endpoint, '/configuration', {})).toBe(400)
  expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test.each([
  ['tokenLifeMs', { tokenLifeMs: 0 }],
  ['profile', { profile: '' }],
])('a bad %s is refused', async (field, options) => {
  await expect(startAppConfigServer(options)).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining(`startAppConfigServer ${field}:`),
  })
})

test('a fault that does not exist is refused', async () => {
  const { server } = await served()
  expect(() => server.fail('explode' as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => server.fail('hang', { times: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => server.fail('hang', { on: 'stop' as never })).toThrow(
    expect.objectContaining({ code: 'invalid-option' }),
  )
})
