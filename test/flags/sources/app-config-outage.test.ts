import nock from 'nock'
import { afterEach, expect, test } from 'vitest'
import { hours, minutes, seconds, seededRandom, virtualClock } from '../../../src/core/index.ts'
import { appConfigSource } from '../../../src/flags/sources/app-config-source.ts'
import { NAMES, ONE, START, sdkClient, start } from './support.ts'

/** A client that answers from memory, so that hours pass in a moment. */
function memoryClient(answer: (command: string) => object) {
  const calls: string[] = []
  return {
    calls,
    async send(command: object) {
      calls.push(command.constructor.name)
      return answer(command.constructor.name)
    },
  }
}
const offline = () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
}

test('a service that is away for hours is asked gently, and its return is seen within minutes', async () => {
  const clock = virtualClock(START)
  let away = true
  const client = memoryClient(command => {
    if (away) offline()
    return command.startsWith('Start')
      ? { InitialConfigurationToken: 't' }
      : { NextPollConfigurationToken: 't', NextPollIntervalInSeconds: 60, Configuration: Buffer.from(ONE) }
  })
  const { next, told, handle } = start(appConfigSource({ ...NAMES, client, clock, random: seededRandom(3) }))
  await next()
  await clock.advance(hours(6))
  // Twice the interval is the most that is waited, one interval the mean.
  expect(client.calls.length).toBeGreaterThan(180)
  expect(client.calls.length).toBeLessThan(720)
  expect(new Set(told.map(t => t.kind))).toEqual(new Set(['failed']))
  away = false
  await clock.advance(minutes(3))
  expect(told.some(t => t.kind === 'document')).toBe(true)
  expect(clock.pending()).toBe(1)
  await handle.close()
  expect(clock.pending()).toBe(0)
})

test('fifty processes that failed together do not come back together', async () => {
  const moments = new Set<number>()
  for (let seed = 0; seed < 50; seed++) {
    const clock = virtualClock(START)
    const client = memoryClient(offline)
    const { next } = start(appConfigSource({ ...NAMES, client, clock, random: seededRandom(seed) }))
    await next()
    await clock.next()
    moments.add(Math.round(clock.now()))
  }
  expect(moments.size).toBeGreaterThan(25)
})

test('a client that answers nonsense is a failure like any other', async () => {
  const clock = virtualClock(START)
  const answers = [undefined, null, 7, {}, { InitialConfigurationToken: 7 }]
  const client = memoryClient(() => answers.shift() as object)
  const { next, told } = start(appConfigSource({ ...NAMES, client, clock, random: () => 0 }))
  await next()
  await clock.advance(450)
  expect(told.map(t => t.kind === 'failed' && t.code)).toEqual(Array.from({ length: 5 }, () => 'malformed'))
})

afterEach(() => {
  nock.cleanAll()
  nock.restore()
})

// Narrow cases of the protocol that a server keeping the contract does not show.
test('the names, the token and the abort go over the wire as the API wants them', async () => {
  if (!nock.isActive()) nock.activate()
  const clock = virtualClock(START)
  const endpoint = 'http://appconfigdata.test'
  const token = 'a+b/c=='
  const session = nock(endpoint)
    .post('/configurationsessions', {
      ApplicationIdentifier: 'shop',
      EnvironmentIdentifier: 'prod',
      ConfigurationProfileIdentifier: 'flags',
      RequiredMinimumPollIntervalInSeconds: 45,
    })
    .reply(201, { InitialConfigurationToken: token })
  const first = nock(endpoint)
    .get('/configuration')
    .query({ configuration_token: token })
    .reply(200, ONE, { 'Next-Poll-Configuration-Token': 'next', 'Version-Label': 'v7' })
  // No interval in the answer: the one that was asked for stays.
  const second = nock(endpoint)
    .get('/configuration')
    .query({ configuration_token: 'next' })
    .reply(400, { Message: 'Request too early' }, { 'x-amzn-errortype': 'BadRequestException' })
  const { next } = start(
    appConfigSource({ ...NAMES, client: sdkClient(endpoint), clock, pollMs: seconds(45), random: () => 0 }),
  )
  expect(await next()).toEqual({ kind: 'document', content: ONE, version: 'v7' })
  await clock.advance(seconds(45))
  expect(await next()).toMatchObject({ kind: 'failed', code: 'too-early' })
  for (const scope of [session, first, second]) scope.done()
})
