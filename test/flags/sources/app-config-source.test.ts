import { expect, test } from 'vitest'
import { type Clock, hours, minutes, seconds, virtualClock } from '../../../src/core/index.ts'
import { appConfigSource } from '../../../src/flags/sources/app-config-source.ts'
import { startAppConfigServer } from '../../../src/testing/index.ts'
import { NAMES, ONE, onServer, START, start, TWO } from './support.ts'

const failed = (code: string) => ({ kind: 'failed', code })
const DOCUMENT = { kind: 'document', content: ONE, version: '1' }

test('a session is started with the names and the interval, and the first document comes with its label', async () => {
  const { server, begin } = await onServer({ pollMs: 30_500 }, { content: ONE, ...NAMES })
  expect(await begin().next()).toEqual(DOCUMENT)
  expect(server.requestedIntervalS).toBe(31)
  expect(server.counts).toMatchObject({ start: 1, get: 1, content: 1 })
})

test('every call uses the token of the one before, and an empty answer is unchanged', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  for (let turn = 0; turn < 5; turn++) expect(await after(seconds(60))).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 1, get: 6, unchanged: 5, corrupted: 0, tooEarly: 0 })
})

test('a new version comes with its own label, and the empty label of "unchanged" erases nothing', async () => {
  const { server, begin } = await onServer()
  const { next, after, told } = begin()
  await next()
  await after(seconds(60))
  server.publish(TWO, { label: 'two' })
  expect(await after(seconds(60))).toEqual({ kind: 'document', content: TWO, version: 'two' })
  expect(await after(seconds(60))).toEqual({ kind: 'unchanged' })
  expect(told.filter(t => t.kind === 'document')).toHaveLength(2)
})

test('content without a label is named by its digest, and a label that is used twice is told apart', async () => {
  const { server, begin } = await onServer({}, {})
  server.publish(ONE, { label: '' })
  const { next, after } = begin()
  expect(await next()).toMatchObject({ version: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) })
  server.publish(ONE, { label: 'same' })
  expect(await after(seconds(60))).toEqual({ kind: 'unchanged' })
  server.publish(TWO, { label: 'same' })
  expect(await after(seconds(60))).toMatchObject({ version: expect.stringMatching(/^same\+sha256:/), content: TWO })
  server.publish(ONE, { label: 'same' })
  expect(await after(seconds(60))).toMatchObject({ version: 'same', content: ONE })
})

test('the interval that the service gives wins over the requested one, and may change in the middle', async () => {
  const { clock, server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.setInterval(300)
  await after(seconds(60))
  await clock.advance(seconds(299))
  expect(server.counts.get).toBe(2)
  await after(seconds(1))
  server.setInterval(20)
  await after(seconds(300))
  await after(seconds(20))
  expect(server.counts).toMatchObject({ start: 1, get: 5, tooEarly: 0 })
})

test.each([
  [5, 15],
  [100_000_000, 86_400],
])('an interval of %d s from the service is taken for %d s', async (given, taken) => {
  const { clock, server, begin } = await onServer()
  server.setInterval(given)
  const { next, after } = begin()
  await next()
  await clock.advance(seconds(taken) - 1)
  expect(server.counts.get).toBe(1)
  // A token of a day is not used any more: there a new session begins.
  server.setInterval(15)
  await after(1)
  expect(server.counts.get).toBe(2)
  expect(server.counts).toMatchObject({ expired: 0, tooEarly: 0 })
})

test('jitter makes the wait up to a tenth longer, never shorter', async () => {
  const { clock, server, begin } = await onServer({ random: () => 0.999 })
  const { next, after } = begin()
  await next()
  await clock.advance(seconds(65.9))
  expect(server.counts.get).toBe(1)
  expect(await after(100)).toEqual({ kind: 'unchanged' })
})

test('a token that is nearly a day old is not used: a new session is started, and nobody is told of a failure', async () => {
  const { server, begin } = await onServer({ pollMs: hours(23) })
  const { next, after, told } = begin()
  await next()
  expect(await after(hours(23))).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 2, get: 2, content: 2, expired: 0 })
  expect(told.map(t => t.kind)).toEqual(['document', 'unchanged'])
})

/** Two clocks that stand still while the world goes on, as in a frozen function; `wall` and `steady` tell how they thaw. */
function frozen(wall: number, steady: number) {
  const inner = virtualClock(START)
  let lostMs = 0
  const clock: Clock = {
    now: () => inner.now() + lostMs * wall,
    monotonic: () => inner.monotonic() + lostMs * steady,
    setTimer: inner.setTimer,
  }
  const world: Clock = { ...clock, now: () => inner.now() + lostMs }
  return { inner, clock, world, freeze: (ms: number) => (lostMs += ms) }
}

test.each([
  ['both clocks went on', 1, 1],
  ['only the wall clock did', 1, 0],
  ['the wall clock was set back meanwhile', -1, 1],
])('thawed after more than a day (%s): one look, with a new session', async (_, wall, steady) => {
  const { inner, clock, world, freeze } = frozen(wall, steady)
  const { server, begin } = await onServer({ clock }, { content: ONE, clock: world })
  const { next, told } = begin()
  await next()
  freeze(hours(30))
  server.publish(TWO)
  await inner.advance(seconds(60))
  expect(await next()).toMatchObject({ kind: 'document', version: '2' })
  await inner.advance(seconds(59))
  expect(server.counts).toMatchObject({ start: 2, get: 2, expired: 0 })
  expect(told).toHaveLength(2)
})

test('thawed after ten minutes: one look with the old token, and no burst', async () => {
  const { inner, clock, world, freeze } = frozen(1, 1)
  const { server, begin } = await onServer({ clock }, { content: ONE, clock: world })
  const { next, told } = begin()
  await next()
  await inner.advance(seconds(30))
  freeze(minutes(10))
  server.publish(TWO)
  await inner.advance(seconds(30))
  expect(await next()).toMatchObject({ kind: 'document', version: '2' })
  await inner.advance(seconds(59))
  expect(server.counts).toMatchObject({ start: 1, get: 2 })
  expect(told).toHaveLength(2)
})

test('a token that the service calls expired is followed by a new session within the same look', async () => {
  const { server, begin } = await onServer()
  const { next, after, told } = begin()
  await next()
  server.expireTokens()
  server.publish(TWO)
  expect(await after(seconds(60))).toMatchObject({ kind: 'document', version: '2' })
  expect(server.counts).toMatchObject({ start: 2, get: 3, expired: 1 })
  expect(told.map(t => t.kind)).toEqual(['document', 'document'])
})

test('a bad request that says nothing more is taken for a bad token too', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.fail('bad-request')
  expect(await after(seconds(60))).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 2, get: 3 })
})

test('tokens that are refused again and again do not make a loop', async () => {
  const { clock, server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.fail('expired', { times: Number.POSITIVE_INFINITY })
  expect(await after(seconds(60))).toMatchObject(failed('token-refused'))
  expect(server.counts).toMatchObject({ start: 2, get: 3 })
  server.heal()
  await clock.advance(99)
  expect(await after(1)).toEqual({ kind: 'unchanged' })
})

test('"request too early" keeps the token and waits a whole interval', async () => {
  const { clock, server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.fail('too-early')
  expect(await after(seconds(60))).toMatchObject(failed('too-early'))
  await clock.advance(seconds(59))
  expect(server.counts.get).toBe(2)
  expect(await after(seconds(1))).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 1, corrupted: 0 })
})

test('a service that insists on more than it said is waited for, with the same token', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.setInterval(90)
  await after(seconds(60))
  server.setInterval(undefined)
  // Its answer said 90 s, so the token is used after 90 s and not before.
  expect(await after(seconds(90))).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 1, tooEarly: 0 })
})

test.each(['lost', 'reset'] as const)(
  'after a call whose answer was %s the token may be spent: the next look starts a new session',
  async fault => {
    const { clock, server, begin } = await onServer({ random: () => 0.5 })
    const { next, after } = begin()
    await next()
    server.publish(TWO)
    server.fail(fault)
    expect(await after(seconds(63))).toMatchObject(failed('unreachable'))
    await clock.advance(0)
    // Full jitter: half of the first second, and a tenth of that, halved too.
    expect(await after(525)).toMatchObject({ kind: 'document', version: '2' })
    expect(server.counts).toMatchObject({ start: 2, get: 3, corrupted: 0, faults: 1 })
  },
)

test('an empty answer that was cut is no "unchanged"', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.fail('reset')
  expect(await after(seconds(60))).toMatchObject(failed('unreachable'))
})

test('an answer without the next token ends the session', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.fail('no-token')
  expect(await after(seconds(60))).toMatchObject(failed('malformed'))
  expect(await after(100)).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 2, corrupted: 0 })
})

test('a call that hangs is left at its deadline, and a new session is started', async () => {
  const { clock, server, begin } = await onServer({ timeoutMs: 2000 })
  const { next, after } = begin()
  await next()
  server.fail('hang')
  await clock.advance(seconds(60))
  await expect.poll(() => server.counts.faults).toBe(1)
  expect(await after(2000)).toMatchObject({
    ...failed('timeout'),
    message: 'appconfig:shop/prod/flags: no answer within 2000 ms',
  })
  expect(await after(100)).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 2, corrupted: 0 })
})

test.each([
  ['throttle', 'throttled'],
  ['error', 'server-error'],
  ['unavailable', 'server-error'],
] as const)('%s backs off with full jitter and keeps the token; the SDK repeats no call', async (fault, code) => {
  const { clock, server, begin } = await onServer({ random: () => 0.5 })
  const { next, after } = begin()
  await next()
  server.fail(fault, { times: 4 })
  expect(await after(seconds(63))).toMatchObject(failed(code))
  for (const ceiling of [1000, 2000, 4000]) {
    const wait = (ceiling / 2) * 1.05
    await clock.advance(wait - 1)
    const { get } = server.counts
    expect(await after(1)).toMatchObject(failed(code))
    expect(server.counts.get).toBe(get + 1)
  }
  expect(await after(4200)).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 1, get: 6, faults: 4 })
})

test.each([
  ['forbidden', 'denied'],
  ['unauthorized', 'denied'],
  ['not-found', 'not-found'],
] as const)('%s, in either call: the source goes on looking, slowly, for ever', async (fault, code) => {
  for (const on of ['start', 'get'] as const) {
    const { clock, server, begin } = await onServer()
    server.fail(fault, { times: Number.POSITIVE_INFINITY, on })
    const { next, after } = begin()
    expect(await next()).toMatchObject(failed(code))
    for (let turn = 0; turn < 20; turn++) {
      await clock.advance(minutes(5) - 1)
      const calls = server.counts[on]
      expect(await after(1)).toMatchObject(failed(code))
      expect(server.counts[on]).toBe(calls + 1)
    }
    server.heal()
    expect(await after(minutes(5))).toEqual(DOCUMENT)
    // And at its own pace again.
    expect(await after(seconds(60))).toEqual({ kind: 'unchanged' })
  }
})

test.each([
  ['throttle', 'throttled'],
  ['error', 'server-error'],
  ['lost', 'unreachable'],
  ['reset', 'malformed or unreachable'],
  ['no-token', 'malformed'],
] as const)('a session that cannot be started (%s) is tried again with back-off', async (fault, codes) => {
  const { server, begin } = await onServer()
  server.fail(fault, { on: 'start' })
  const { next, after } = begin()
  const first = await next()
  expect(first.kind).toBe('failed')
  expect(codes).toContain((first as { code: string }).code)
  expect(await after(100)).toEqual(DOCUMENT)
})

test('nothing deployed yet, and a name that nobody knows, are not found', async () => {
  const empty = await onServer({}, {})
  expect(await empty.begin().next()).toMatchObject(failed('not-found'))
  const other = await onServer({ profile: 'other' }, { content: ONE, ...NAMES })
  expect(await other.begin().next()).toMatchObject(failed('not-found'))
})

test('a server that is not there is told with what really happened', async () => {
  const { server, begin } = await onServer()
  await server.close()
  expect(await begin().next()).toMatchObject({
    ...failed('unreachable'),
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a refresh before the service allows the next call starts a new session and gets the latest at once', async () => {
  const { clock, server, begin } = await onServer()
  const { next, handle } = begin()
  await next()
  await clock.advance(1)
  server.publish(TWO)
  await Promise.all([handle.refresh(), handle.refresh(), handle.refresh()])
  expect(await next()).toMatchObject({ kind: 'document', version: '2' })
  expect(server.counts).toMatchObject({ start: 2, get: 2, tooEarly: 0 })
})

test('a refresh that the service calls too early all the same starts a new session', async () => {
  const { clock, server, begin } = await onServer()
  const { next, after, handle } = begin()
  await next()
  server.fail('too-early', { times: 2 })
  await after(seconds(60))
  await clock.advance(seconds(10))
  server.publish(TWO)
  await handle.refresh()
  expect(await next()).toMatchObject({ kind: 'document', version: '2' })
  expect(server.counts).toMatchObject({ start: 2, get: 4 })
})

test('bytes that are no text are refused, and "unchanged" does not make them good', async () => {
  const { server, begin } = await onServer()
  const { next, after } = begin()
  await next()
  server.publish(new Uint8Array([0x7b, 0xff, 0xfe]))
  expect(await after(seconds(60))).toMatchObject(failed('malformed'))
  expect(await after(seconds(60))).toMatchObject(failed('malformed'))
  server.publish(TWO)
  expect(await after(seconds(60))).toMatchObject({ kind: 'document', version: '3' })
  expect(server.counts.start).toBe(1)
})

test('an empty configuration is told, and what comes after it is taken', async () => {
  const { server, begin } = await onServer({}, { content: '' })
  const { next, after } = begin()
  expect(await next()).toMatchObject(failed('empty'))
  server.publish(ONE)
  expect(await after(seconds(60))).toMatchObject({ kind: 'document', version: '2' })
})

test('a sink that throws breaks nothing', async () => {
  const { clock, server, client } = await onServer()
  const throwing = () => {
    throw new Error('the sink')
  }
  const source = appConfigSource({ ...NAMES, client, clock, random: () => 0 })
  const handle = source.start({ document: throwing, unchanged: throwing, failed: throwing })
  await expect.poll(() => server.counts.get).toBe(1)
  await handle.refresh()
  server.fail('error')
  await handle.refresh()
  await handle.close()
  expect(server.counts.get).toBe(3)
})

test('closing in the middle of a call ends it, tells nothing more, and leaves no timer and no connection', async () => {
  const { clock, server, begin } = await onServer()
  const { next, told, handle } = begin()
  await next()
  server.fail('hang')
  await clock.advance(seconds(60))
  await expect.poll(() => server.counts.faults).toBe(1)
  await handle.close()
  await handle.refresh()
  expect(told).toHaveLength(1)
  expect(clock.pending()).toBe(0)
})

test('one source that is started twice has two sessions, each by itself', async () => {
  const { clock, server, client } = await onServer()
  const source = appConfigSource({ ...NAMES, client, clock, random: () => 0 })
  const [one, other] = [start(source), start(source)]
  expect([await one.next(), await other.next()]).toEqual([DOCUMENT, DOCUMENT])
  await one.handle.close()
  await clock.advance(seconds(60))
  expect(await other.next()).toEqual({ kind: 'unchanged' })
  expect(server.counts).toMatchObject({ start: 2, get: 3, corrupted: 0 })
})

test('without a client, one is made for the region and the endpoint, and let go of on close', async () => {
  const server = await startAppConfigServer({ content: ONE })
  const before = { ...process.env }
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = 'secret'
  try {
    const source = appConfigSource({ ...NAMES, region: 'eu-north-1', endpoint: server.endpoint })
    const { next, handle } = start(source)
    expect(await next()).toEqual(DOCUMENT)
    await handle.close()
  } finally {
    process.env = before
    await server.close()
  }
})

test.each([
  ['application', { application: '' }],
  ['environment', { environment: 7 }],
  ['profile', { profile: ' ' }],
  ['client', { client: {} }],
  ['region', { client: { send() {} }, region: 'eu-north-1' }],
  ['endpoint', { client: { send() {} }, endpoint: 'http://127.0.0.1' }],
  ['region', { region: '' }],
  ['endpoint', { endpoint: 'nowhere' }],
  ['pollMs', { pollMs: 14_999 }],
  ['pollMs', { pollMs: 86_400_001 }],
  ['timeoutMs', { timeoutMs: 0 }],
  ['slowPollMs', { slowPollMs: Number.NaN }],
])('a bad %s is refused when the source is made', (field, bad) => {
  expect(() => appConfigSource({ ...NAMES, ...bad } as never)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`appConfigSource ${field}:`) }),
  )
})
