import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { AndonError, memoryMetrics, minutes, type VirtualClock, virtualClock } from '../../src/core/index.ts'
import { createFlagClient, type FlagClientOptions } from '../../src/flags/client/create-flag-client.ts'
import { defineFlags } from '../../src/flags/define-flags.ts'
import { handSource } from './support/hand-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'andon-flags-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let clock: VirtualClock
let source: ReturnType<typeof handSource>
let files = 0
beforeEach(() => {
  clock = virtualClock(1_700_000_000_000)
  source = handSource()
})
const client = (options: Partial<FlagClientOptions> = {}) => createFlagClient({ source, clock, ...options })
const errorsOf = (c: { onError(l: (e: AndonError) => void): unknown }) => {
  const errors: string[] = []
  c.onError(e => errors.push(e.code))
  return errors
}

const ladder = {
  version: '1',
  flags: { f: { name: 'f' } },
  values: {
    f: {
      _variants: [
        { name: 'europe', enabled: true, rule: '(eq $region "eu")', attributeValues: { color: 'blue' } },
        { name: 'default', enabled: false, attributeValues: { color: 'grey' } },
      ],
    },
  },
}

describe('the order: kill switch → deny → allow → cohort → rules → percentage → default', () => {
  const audience = {
    key: 'accountId',
    deny: ['denied', 'both'],
    allow: { list: 'own' },
    cohorts: [
      { name: 'internal', rule: '(ends_with $email "@us.example")', share: 1 },
      { name: 'half', list: ['h1', 'h2', 'h3', 'h4'], share: 0.5 },
    ],
    percentage: 0.2,
  }
  const lists = { own: new Set(['own', 'both']) }
  const evaluate = (context: object, kill = false) => {
    const flags = client({ audiences: { f: { ...audience, kill } }, lists })
    source.give(ladder, 'v1')
    return flags.evaluate('f', context as never)
  }

  test.each<[object, string, boolean, string | undefined]>([
    [{ accountId: 'denied', region: 'eu' }, 'deny-list', false, 'deny'],
    [{ accountId: 'both' }, 'deny-list', false, 'deny'],
    [{ accountId: 'own' }, 'allow-list', true, 'own'],
    [{ accountId: 'x', email: 'a@us.example' }, 'cohort', true, 'internal'],
    [{ accountId: 'x', region: 'eu' }, 'rule', true, undefined],
    [{}, 'default', false, undefined],
  ])('%j comes to %s', (context, reason, enabled, list) => {
    expect(evaluate(context)).toMatchObject({ reason, enabled, list, snapshotVersion: 'v1', stale: false })
  })

  test('the kill switch is before everything', () => {
    expect(evaluate({ accountId: 'own', region: 'eu' }, true)).toMatchObject({ reason: 'kill-switch', enabled: false })
  })

  test('a percentage opens the flag to that share of those whom nothing else decided for', () => {
    const flags = client({ audiences: { f: { key: 'accountId', percentage: 0.2 } } })
    source.give(ladder, 'v1')
    const on = Array.from({ length: 20_000 }, (_, i) => flags.enabled('f', { accountId: `a${i}` })).filter(
      Boolean,
    ).length
    // Four standard deviations of 20 % of 20,000 are 226.
    expect(Math.abs(on - 4000)).toBeLessThan(226)
    expect(flags.evaluate('f', { accountId: 'x', region: 'eu' }).reason).toBe('rule')
  })

  test('a larger share of a cohort holds all of a smaller one', () => {
    const members = (share: number) => {
      const flags = client({ audiences: { f: { key: 'id', cohorts: [{ name: 'all', rule: '(exists $id)', share }] } } })
      source.give(ladder, 'v1')
      return Array.from({ length: 2000 }, (_, i) => `u${i}`).filter(id => flags.enabled('f', { id }))
    }
    const [small, large] = [members(0.1), new Set(members(0.3))]
    expect(small.length).toBeGreaterThan(100)
    expect(small.every(id => large.has(id))).toBe(true)
  })

  test('an audience that names a list that is not there spoils its flag, and nobody is let in', () => {
    const flags = client({ audiences: { f: { key: 'id', deny: { list: 'gone' } } } })
    const errors = errorsOf(flags)
    source.give(ladder, 'v1')
    expect(flags.evaluate('f', { region: 'eu' })).toMatchObject({ enabled: false, reason: 'parse-error' })
    expect(errors).toEqual(['parse-error'])
  })
})

describe('whatever the source gives', () => {
  test('a flag that cannot be read keeps its last good form, the others move on, and it is told once', () => {
    const flags = client()
    const errors = errorsOf(flags)
    source.give({ a: { enabled: true, n: 1 }, b: { enabled: false } }, 'v1')
    source.give({ a: { enabled: 'yes' }, b: { enabled: true } }, 'v2')
    expect([flags.value('a').n, flags.enabled('a'), flags.enabled('b')]).toEqual([1, true, true])
    for (let i = 0; i < 10; i++) flags.enabled('a')
    source.give({ a: { enabled: 'yes' }, b: { enabled: true } }, 'v2')
    expect(errors).toEqual(['parse-error'])
  })

  test('a document that is none keeps everything, and is told once', () => {
    const flags = client()
    const errors = errorsOf(flags)
    source.give({ a: { enabled: true } }, 'v1')
    source.give('{"a":', 'v2')
    source.give('{"a":', 'v2')
    expect([flags.enabled('a'), flags.evaluate('a').snapshotVersion, errors]).toEqual([
      true,
      'v1',
      ['invalid-document'],
    ])
  })

  test('a source that fails for hours is told once, until it works again', () => {
    const flags = client()
    const errors = errorsOf(flags)
    source.give({ a: { enabled: true } }, 'v1')
    for (let i = 0; i < 50; i++) source.fail(new AndonError('unavailable', 'down'))
    expect([errors.length, flags.enabled('a')]).toEqual([1, true])
    source.unchanged()
    source.fail(new AndonError('unavailable', 'down again'))
    expect(errors.length).toBe(2)
  })

  test('a flag that is gone is gone, and what the program declared counts', () => {
    const flags = client({ flags: defineFlags({ a: { enabled: true, value: { n: 9 } } }) })
    expect(flags.evaluate('a')).toMatchObject({
      enabled: true,
      value: { n: 9 },
      reason: 'bootstrap',
      snapshotVersion: undefined,
      stale: false,
    })
    source.give({ a: { enabled: false } }, 'v1')
    expect(flags.enabled('a')).toBe(false)
    source.give({}, 'v2')
    expect(flags.evaluate('a')).toMatchObject({ enabled: true, reason: 'bootstrap' })
    expect(flags.evaluate('nobody')).toMatchObject({ enabled: false, reason: 'not-found' })
  })
})

describe('evaluation never throws', () => {
  test('not when a getter of the context does: what the program declared, and one report', () => {
    const flags = client({ flags: defineFlags({ f: { enabled: true } }) })
    const errors = errorsOf(flags)
    source.give(ladder, 'v1')
    const context = {
      get region(): string {
        throw new Error('boom')
      },
    }
    for (let i = 0; i < 5; i++) expect(flags.evaluate('f', context)).toMatchObject({ enabled: true, reason: 'error' })
    expect(errors).toEqual(['evaluation-failed'])
  })

  test('nor for contexts, keys and lists of the wrong kind', () => {
    const flags = client({
      audiences: { f: { key: 'id', allow: { list: 'bad' } } },
      lists: {
        bad: {
          has: () => {
            throw new Error('list')
          },
        },
      },
    })
    source.give(ladder, 'v1')
    for (const context of [null, undefined, 7, 'x', [], Object.create(null)])
      expect(typeof flags.enabled('f', context as never)).toBe('boolean')
    expect(flags.evaluate('f', { id: 'x' }).reason).toBe('error')
    expect(flags.enabled(Symbol('x') as never)).toBe(false)
  })
})

test('a snapshot stays as it was while the client moves on', () => {
  const flags = client()
  source.give({ a: { enabled: true } }, 'v1')
  const request = flags.snapshot()
  source.give({ a: { enabled: false } }, 'v2')
  expect([request.enabled('a'), request.evaluate('a').snapshotVersion, flags.enabled('a')]).toEqual([true, 'v1', false])
})

test('listeners hear of the flags that changed, and of no others; one that throws keeps none from hearing', () => {
  const flags = client()
  const heard: string[] = []
  flags.onChange('*', () => {
    throw new Error('boom')
  })
  flags.onChange('*', (key, version) => heard.push(`* ${key} ${version}`))
  const stop = flags.onChange('a', key => heard.push(key))
  source.give({ a: { enabled: true }, b: { enabled: true } }, 'v1')
  source.give({ a: { enabled: true }, b: { enabled: false } }, 'v2')
  stop()
  source.give({ b: { enabled: false } }, 'v3')
  expect(heard).toEqual(['a', '* a v1', '* b v1', '* b v2', '* a v3'])
})

describe('age', () => {
  test('grows while the source is silent, and stale is said once; the reason stays the real one', async () => {
    const sink = memoryMetrics({ clock })
    const flags = client({ staleAfterMs: minutes(5), sink })
    const stale: number[] = []
    flags.onStale(ageMs => stale.push(ageMs))
    source.give({ a: { enabled: true } }, 'v1')
    await clock.advance(minutes(4))
    source.unchanged()
    await clock.advance(minutes(4))
    expect(flags.evaluate('a')).toMatchObject({ ageMs: minutes(4), stale: false })
    await clock.advance(minutes(20))
    expect(flags.evaluate('a')).toMatchObject({ ageMs: minutes(24), stale: true, reason: 'static', enabled: true })
    expect(stale).toEqual([minutes(5)])
    expect((await sink.window({ metric: 'FlagsStale', place: '-', from: 0 })).count).toBe(1)
  })

  test('is not renewed by a source that has nothing newer than a document that was refused', async () => {
    const flags = client({ staleAfterMs: minutes(5) })
    source.give({ a: { enabled: true } }, 'v1')
    source.give('garbage', 'v2')
    await clock.advance(minutes(4))
    source.unchanged()
    expect(flags.evaluate('a').ageMs).toBe(minutes(4))
    source.give({ a: { enabled: true } }, 'v3')
    await clock.advance(minutes(1))
    source.unchanged()
    expect(flags.evaluate('a').ageMs).toBe(0)
  })

  test('is not fooled by a clock that jumps back, nor by a function that was frozen', async () => {
    let [wall, steady] = [1_000_000, 0]
    const jumping = { ...clock, now: () => wall, monotonic: () => steady }
    const flags = client({ clock: jumping, staleAfterMs: minutes(5) })
    source.give({ a: { enabled: true } }, 'v1')
    wall -= minutes(60)
    steady += minutes(6)
    expect(flags.evaluate('a')).toMatchObject({ ageMs: minutes(6), stale: true })
    source.unchanged()
    wall += minutes(10)
    expect(flags.evaluate('a')).toMatchObject({ ageMs: minutes(10), stale: true })
  })
})

describe('ready', () => {
  const kept = () => join(folder, `${files++}.json`)
  const drive = async <T>(promise: Promise<T>) => {
    promise.catch(() => {})
    await clock.advance(5000)
    return promise
  }

  test('comes from the source as soon as it gives something', async () => {
    const flags = client()
    const ready = flags.ready()
    source.give({ a: { enabled: true } }, 'v1')
    expect(await ready).toEqual({ from: 'source', version: 'v1' })
    expect(clock.pending()).toBe(1)
    await flags.close()
    expect([clock.pending(), source.closed]).toEqual([0, true])
  })

  test('without a source: the last known good, kept by an earlier process, for its owner alone', async () => {
    const path = kept()
    const first = client({ lastKnownGood: { path, key: 'secret' } })
    source.give({ a: { enabled: true } }, 'v1')
    await expect.poll(() => statSync(path, { throwIfNoEntry: false })?.mode).toBe(0o100600)
    await first.close()
    source = handSource()
    const flags = client({ lastKnownGood: { path, key: 'secret' } })
    expect(await drive(flags.ready())).toEqual({ from: 'last-known-good', version: 'v1' })
    expect(flags.enabled('a')).toBe(true)
    source.give({ a: { enabled: false } }, 'v2')
    expect([flags.enabled('a'), (await flags.ready()).from]).toEqual([false, 'source'])
  })

  test.each([
    ['torn', (text: string) => text.slice(0, -20)],
    ['tampered with', (text: string) => text.replace('true', 'null')],
    ['somebody else’s', () => '{"hello":1}'],
    ['without the key', (text: string) => text, undefined],
  ])(
    'a last known good that is %s is refused and said so',
    async (_what, spoil, key: string | undefined = 'secret') => {
      const path = kept()
      const first = client({ lastKnownGood: { path, key: 'secret' } })
      source.give({ a: { enabled: true } }, 'v1')
      await expect.poll(() => statSync(path, { throwIfNoEntry: false })?.size).toBeGreaterThan(0)
      await first.close()
      writeFileSync(path, spoil(readFileSync(path, 'utf8')))
      source = handSource()
      const flags = client({ lastKnownGood: _what === 'without the key' ? { path } : { path, key: key! } })
      const errors = errorsOf(flags)
      expect(await drive(flags.ready())).toEqual({ from: 'bootstrap', version: undefined })
      expect(errors).toEqual(['last-known-good'])
      await expect(drive(flags.ready({ required: true }))).rejects.toMatchObject({ code: 'not-ready' })
    },
  )

  test('a last known good that cannot be written is said once, and flags go on', async () => {
    const flags = client({ lastKnownGood: { path: '/proc/nowhere/flags.json' } })
    const errors = errorsOf(flags)
    source.give({ a: { enabled: true } }, 'v1')
    source.give({ a: { enabled: false } }, 'v2')
    await expect.poll(() => errors).toEqual(['last-known-good'])
    expect(flags.enabled('a')).toBe(false)
  })

  test('with nothing at all it still ends, with what the program declared', async () => {
    const flags = client({ flags: defineFlags({ a: { enabled: true } }) })
    expect(await drive(flags.ready({ timeoutMs: 1000 }))).toEqual({ from: 'bootstrap', version: undefined })
    expect(flags.enabled('a')).toBe(true)
  })
})

test.each([
  ['source', { source: {} }, /source: expected an object with start/],
  ['staleAfterMs', { staleAfterMs: 0 }, /staleAfterMs: expected a number/],
  ['flags', { flags: { a: { enabled: 'x' } } }, /flags\["a"\].enabled: expected true or false/],
  ['flags', { flags: { a: { value: { x: {} } } } }, /attribute "x"/],
])('a bad %s is refused by name', (_field, options, message) => {
  expect(() => client(options as never)).toThrow(message)
})
