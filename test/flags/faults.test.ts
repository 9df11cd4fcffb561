import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Clock, hours, minutes, seconds, virtualClock } from '../../src/core/index.ts'
import { appConfigSource, createFlagClient, defineFlags, type FlagClientOptions } from '../../src/flags/index.ts'
import { type AppConfigServerOptions, startAppConfigServer } from '../../src/testing/index.ts'
import { startChild } from '../parts/children.ts'
import { NAMES, ONE, START, sdkClient, TWO } from './sources/support.ts'
import { handSource } from './support/hand-source.ts'

// What may befall a client, from end to end: the real SDK over HTTP, real files, a real process.
const KEY = 'new-checkout'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'andon-faults-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function onServer(clock: Clock, options: AppConfigServerOptions = {}, more: Partial<FlagClientOptions> = {}) {
  const server = await startAppConfigServer({ ...NAMES, clock, ...options })
  const source = appConfigSource({ ...NAMES, client: sdkClient(server.endpoint), clock, random: () => 0 })
  const flags = createFlagClient({ source, clock, staleAfterMs: minutes(5), ...more })
  const errors: string[] = []
  flags.onError(e => errors.push(e.code))
  onTestFinished(async () => {
    await flags.close()
    await server.close()
  })
  return { server, flags, errors }
}

describe('the source', () => {
  test('down at start: what was declared, then what the source says as soon as it is up', async () => {
    const clock = virtualClock(START)
    const { server, flags, errors } = await onServer(clock, {}, { flags: defineFlags({ [KEY]: { enabled: true } }) })
    const ready = flags.ready({ timeoutMs: 500 })
    await expect.poll(() => errors).toEqual(['not-found'])
    await clock.advance(501)
    expect(await ready).toEqual({ from: 'bootstrap', version: undefined })
    for (let i = 0; i < 100; i++) expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, reason: 'bootstrap' })
    server.publish(TWO)
    await clock.advance(minutes(10))
    await expect.poll(() => flags.evaluate(KEY)).toMatchObject({ enabled: false, reason: 'static' })
    expect(errors).toEqual(['not-found'])
  })

  test('down for hours: the last good value, said to be stale once, told once, and no burst when it is back', async () => {
    const clock = virtualClock(START)
    const { server, flags, errors } = await onServer(clock, { content: ONE })
    await flags.ready()
    const stale: number[] = []
    flags.onStale(age => stale.push(age))
    server.fail('unavailable', { times: Number.POSITIVE_INFINITY })
    server.fail('unavailable', { on: 'start', times: Number.POSITIVE_INFINITY })
    for (let i = 0; i < 12; i++) {
      await clock.advance(minutes(15))
      expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, reason: 'static', stale: true })
    }
    // By the virtual clock a call that is under way may also have taken too long.
    expect([stale.length, errors.length]).toEqual([1, 1])
    server.publish(TWO)
    server.heal()
    const before = server.counts.get + server.counts.start
    const from = clock.now()
    // In small steps: a call takes real time, and must not be timed out by the virtual one.
    const look = async () => {
      await clock.advance(seconds(1))
      return flags.evaluate(KEY)
    }
    await expect.poll(look, { timeout: 10_000, interval: 5 }).toMatchObject({ enabled: false, stale: false })
    // A session is two calls; more than one look in half a minute would be a burst.
    const looks = (clock.now() - from) / seconds(30)
    expect(server.counts.get + server.counts.start - before).toBeLessThanOrEqual(looks + 2)
  })

  test('frozen for ten minutes and thawed: stale at once, one look with what is there, no burst', async () => {
    const inner = virtualClock(START)
    let lost = 0
    const clock: Clock = {
      now: () => inner.now() + lost,
      monotonic: () => inner.monotonic(),
      setTimer: inner.setTimer,
    }
    const { server, flags, errors } = await onServer(clock, { content: ONE })
    await flags.ready()
    await inner.advance(seconds(30))
    server.publish(TWO)
    server.expireTokens()
    lost = minutes(10)
    // The very first request after the thaw.
    expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, stale: true, reason: 'static' })
    const before = { ...server.counts }
    await inner.advance(seconds(31))
    await expect.poll(() => flags.evaluate(KEY)).toMatchObject({ enabled: false, stale: false })
    expect(server.counts.get - before.get).toBeLessThanOrEqual(2)
    expect(server.counts.start - before.start).toBe(1)
    expect(errors).toEqual([])
  })

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  test.each<[string, string]>([
    ['garbage', '\u0000\u0001 not json'],
    ['truncated', ONE.slice(0, -3)],
    ['empty text', '   '],
    ['10 MB', `{"a":{"enabled":true,"x":"${'x'.repeat(10 * 1024 * 1024)}"}}`],
    ['a list', '[]'],
    ['a hundred thousand levels deep', nested(100_000)],
  ])('a document that is %s changes nothing, and is told once', async (_, content) => {
    const clock = virtualClock(START)
    const { server, flags, errors } = await onServer(clock, { content: ONE })
    await flags.ready()
    server.publish(content)
    for (let i = 0; i < 4; i++) await clock.advance(seconds(61))
    await expect.poll(() => errors.length).toBe(1)
    expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, reason: 'static' })
    server.publish(TWO)
    await expect
      .poll(async () => {
        await clock.advance(seconds(61))
        return flags.enabled(KEY)
      })
      .toBe(false)
  })

  test('a poison rule spoils its own flag, and what it is asked with cannot hang the process', async () => {
    const values = {
      poison: {
        _variants: [
          { name: 'a', enabled: true, rule: '(matches in::$x pattern::"^(a+)+$")' },
          { name: 'default', enabled: false },
        ],
      },
      broken: {
        _variants: [
          { name: 'a', enabled: true, rule: '('.repeat(16_000) },
          { name: 'default', enabled: false },
        ],
      },
      good: { enabled: true },
    }
    const flags = Object.fromEntries(Object.keys(values).map(key => [key, { name: key }]))
    const source = handSource()
    const client = createFlagClient({ source })
    source.give({ version: '1', flags, values }, '1')
    expect(client.enabled('poison', { x: `${'a'.repeat(5000)}!` })).toBe(false)
    expect(client.evaluate('broken').reason).toBe('parse-error')
    expect(client.enabled('good')).toBe(true)
  })

  test('a document that would pollute prototypes does not', async () => {
    const clock = virtualClock(START)
    const content = '{"__proto__":{"enabled":true,"polluted":true},"constructor":{"enabled":true,"prototype":"x"}}'
    const { flags } = await onServer(clock, { content })
    await flags.ready()
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(flags.enabled('__proto__')).toBe(true)
    for (const key of ['toString', 'hasOwnProperty']) expect(flags.evaluate(key).reason).toBe('not-found')
  })
})

describe('the disk', () => {
  const going = async (path: string) => {
    const source = handSource()
    const flags = createFlagClient({ source, lastKnownGood: { path } })
    const errors: string[] = []
    flags.onError(e => errors.push(e.message))
    for (let i = 0; i < 5; i++) source.give({ [KEY]: { enabled: i % 2 === 0, x: 'x'.repeat(100_000) } }, `v${i}`)
    await expect.poll(() => errors.length).toBe(1)
    expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, snapshotVersion: 'v4' })
    await flags.close()
    return errors[0]!
  }

  test('read-only: told once, and flags go on', async () => {
    expect(await going('/sys/kernel/andon-flags')).toMatch(/last known good .*cannot be written/)
  })

  test('full: told once, what was kept before is still whole, and no draft is left', async context => {
    const place = folder()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place])
    if (mounted.status !== 0) context.skip('needs the right to mount a small tmpfs')
    try {
      const path = join(place, 'flags')
      const source = handSource()
      const first = createFlagClient({ source, lastKnownGood: { path } })
      source.give({ [KEY]: { enabled: true } }, 'small')
      await expect.poll(() => existsSync(path)).toBe(true)
      await first.close()
      expect(await going(path)).toMatch(/ENOSPC/)
      expect(JSON.parse(readFileSync(path, 'utf8')).documents[0].version).toBe('small')
      expect(spawnSync('ls', [place], { encoding: 'utf8' }).stdout.trim()).toBe('flags')
    } finally {
      spawnSync('umount', [place])
    }
  })
})

describe('one process', () => {
  test('two clients do not know of each other, though they share a source, a file and a clock', async () => {
    const clock = virtualClock(START)
    const server = await startAppConfigServer({ ...NAMES, clock, content: ONE })
    onTestFinished(() => server.close())
    const source = appConfigSource({ ...NAMES, client: sdkClient(server.endpoint), clock })
    const path = join(folder(), 'kept')
    const [one, two] = [1, 2].map(() => createFlagClient({ source, clock, lastKnownGood: { path } }))
    await Promise.all([one!.ready(), two!.ready()])
    expect(server.counts).toMatchObject({ start: 2, get: 2 })
    await one!.close()
    server.publish(TWO)
    await clock.advance(seconds(70))
    await expect.poll(() => two!.enabled(KEY)).toBe(false)
    expect(one!.enabled(KEY)).toBe(true)
    await two!.close()
    expect(clock.pending()).toBe(0)
    await expect.poll(() => JSON.parse(readFileSync(path, 'utf8')).documents[0].content).toBe(TWO)
  })

  test('a client on a source that is not there, with a disk that cannot be written, ends with its program, without a word', async () => {
    const child = startChild(new URL('./lone-client.ts', import.meta.url))
    expect(await child.ended).toBe(0)
    expect(await child.rest()).toEqual(['bootstrap true', 'errors 1'])
  })
})

test('a wall clock that jumps back a day and forward a year changes no value', async () => {
  const inner = virtualClock(START)
  let jump = 0
  const clock: Clock = { ...inner, now: () => inner.now() + jump }
  const source = handSource()
  const flags = createFlagClient({ source, clock, staleAfterMs: minutes(5) })
  source.give({ [KEY]: { enabled: true } }, '1')
  for (const to of [-hours(24), hours(8760), 0]) {
    jump = to
    expect(flags.evaluate(KEY)).toMatchObject({ enabled: true, reason: 'static', stale: to > 0 })
    expect(flags.evaluate(KEY).ageMs).toBeGreaterThanOrEqual(0)
    source.unchanged()
    expect(flags.evaluate(KEY).stale).toBe(false)
  }
})
