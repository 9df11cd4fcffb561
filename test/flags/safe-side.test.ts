import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { minutes, virtualClock } from '../../src/core/index.ts'
import { flagCordReader } from '../../src/flags/control/index.ts'
import {
  createFlagClient,
  defineFlags,
  type FlagClientOptions,
  listFile,
  requestFlags,
  staticSource,
} from '../../src/flags/index.ts'
import { compileRule } from '../../src/flags/rules/compile-rule.ts'
import { handSource } from './support/hand-source.ts'

// Whoever is kept out is kept out, whatever else is wrong; and what is not known is never read as safe.
const on = (audiences: FlagClientOptions['audiences'], more: Partial<FlagClientOptions> = {}) =>
  createFlagClient({ source: staticSource({ a: { enabled: true } }), audiences: audiences ?? {}, ...more })
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'andon-safe-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('half of a flag that cannot be understood does not take the other half with it', () => {
  const DENY = { a: { key: 'id', deny: ['evil'] } }
  test.each<[string, object]>([
    ['a kill switch', { a: { key: 'id', kill: true } }],
    ['a new deny list', { a: { key: 'id', deny: ['evil'] } }],
  ])('%s is heeded while the document has the flag in a broken form', (_, audience) => {
    const [source, audiences] = [staticSource({ a: { enabled: true } }), staticSource({ a: { key: 'id' } })]
    const flags = createFlagClient({ source, audiences })
    source.set({ a: { enabled: true, bad: { x: 1 } } })
    audiences.set(audience)
    expect(flags.evaluate('a', { id: 'evil' })).toMatchObject({ enabled: false, outdated: true })
  })

  test('a flag that is turned off is off while its audience is broken', () => {
    const [source, audiences] = [staticSource({ a: { enabled: true } }), staticSource(DENY)]
    const flags = createFlagClient({ source, audiences })
    audiences.set({ a: { key: 'id', denny: [] } })
    source.set({ a: { enabled: false } })
    expect(flags.enabled('a', { id: 'x' })).toBe(false)
    expect(flags.evaluate('a', { id: 'evil' }).reason).toBe('deny-list')
  })

  test.each([
    ['the document does not have', {}],
    ['is broken', { a: { enabled: 'yes' } }],
  ])('kill and deny hold for a flag that is declared on and %s', (_, document) => {
    const declared = { flags: defineFlags({ a: { enabled: true } }), source: staticSource(document) }
    expect(on({ a: { key: 'id', deny: ['evil'] } }, declared).enabled('a', { id: 'evil' })).toBe(false)
    expect(on({ a: { key: 'id', deny: ['evil'] } }, declared).enabled('a', { id: 'good' })).toBe(true)
    expect(on({ a: { key: 'id', kill: true } }, declared).evaluate('a', {}).reason).toBe('kill-switch')
  })

  test('an audience that was never understood keeps its flag off, though it is declared on', () => {
    const flags = on({ a: { key: 7 } as never }, { flags: defineFlags({ a: { enabled: true } }) })
    expect(flags.evaluate('a', { id: 'x' })).toMatchObject({ enabled: false, reason: 'parse-error' })
  })

  test('an audience of a flag that nobody has is told: its deny list may be meant for another', () => {
    const errors: string[] = []
    const audiences = staticSource({})
    const flags = on(audiences)
    flags.onError(e => errors.push(e.code))
    for (let i = 0; i < 3; i++) audiences.set({ aa: { key: 'id', deny: [String(i)] } })
    expect(errors).toEqual(['unknown-flag'])
  })
})

describe('lists', () => {
  test('a deny list that is not there, or not yet, denies everybody; ready waits for it, and its failure is told', async () => {
    const path = join(folder(), 'blocked.txt')
    const missing = listFile(path)
    const closed = on({ a: { key: 'id', deny: { list: 'blocked' } } }, { lists: { blocked: missing } })
    const errors: string[] = []
    closed.onError(e => errors.push(e.code))
    await closed.ready()
    expect(closed.evaluate('a', { id: 'anybody' })).toMatchObject({
      enabled: false,
      reason: 'deny-list',
      list: 'blocked',
    })
    await expect.poll(() => errors).toEqual(['list'])
    writeFileSync(path, 'evil\n')
    await missing.refresh()
    expect([closed.enabled('a', { id: 'evil' }), closed.enabled('a', { id: 'anybody' })]).toEqual([false, true])
    const there = listFile(path)
    const open = on({ a: { key: 'id', deny: { list: 'blocked' } } }, { lists: { blocked: there } })
    await open.ready()
    expect([open.enabled('a', { id: 'evil' }), open.enabled('a', { id: 'anybody' })]).toEqual([false, true])
    await Promise.all([missing.close(), there.close()])
  })

  test('a snapshot keeps its lists, and a list that is swapped is a change', async () => {
    const path = join(folder(), 'allowed.txt')
    writeFileSync(path, 'ann\n')
    const allowed = listFile(path, { maxShrink: 1 })
    const source = staticSource({ a: { enabled: false } })
    const flags = createFlagClient({
      source,
      audiences: { a: { key: 'id', allow: { list: 'allowed' } } },
      lists: { allowed },
    })
    await flags.ready()
    const request = flags.snapshot()
    const changed: string[] = []
    flags.onChange('a', key => changed.push(key))
    writeFileSync(path, 'bob\n')
    await allowed.refresh({ force: true })
    expect([
      request.enabled('a', { id: 'ann' }),
      flags.enabled('a', { id: 'ann' }),
      flags.enabled('a', { id: 'bob' }),
    ]).toEqual([true, false, true])
    expect(changed).toEqual(['a'])
    await allowed.close()
  })

  test.each([[111122223333n], [Object('111122223333')], [['111122223333']], [true]])(
    'an id that is %o does not slip past the deny list',
    id => {
      expect(on({ a: { key: 'id', deny: ['111122223333'] } }).enabled('a', { id })).toBe(false)
    },
  )
})

describe('the cord', () => {
  test.each([{ enabled: true, level: 'freeze', note: { a: 1 } }, { enabled: 'true' }, { level: 'freeze' }])(
    '%j after a released one cannot be read',
    async value => {
      const source = staticSource({ 'andon-cord': { enabled: false } })
      const cord = flagCordReader(createFlagClient({ source }))
      expect((await cord.read()).level).toBe('released')
      source.set({ 'andon-cord': value })
      await expect(cord.read()).rejects.toMatchObject({ code: 'cord-unreadable' })
    },
  )

  test.each(['{"andon-cord":', '{"version":1,"flags":{},"values":{"andon-cord":{"enabled":true}}}'])(
    'nor can it in a document that is none: %s',
    async text => {
      const source = staticSource({ 'andon-cord': { enabled: false } })
      const flags = createFlagClient({ source })
      source.set(text)
      await expect(flagCordReader(flags).read()).rejects.toMatchObject({ code: 'cord-unreadable' })
      expect(flags.keys()).toEqual(['andon-cord'])
    },
  )

  test('is not read from a view of one moment', () => {
    const flags = createFlagClient({ source: staticSource({}) })
    expect(() => flagCordReader(flags.snapshot() as never)).toThrow('flagCordReader flags')
  })
})

describe('contexts of requests', () => {
  test.each<[string, () => object]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['is a promise', async () => ({ id: 'evil' })],
    [
      'is a promise that rejects',
      async () => {
        throw new Error('boom')
      },
    ],
  ])('one that %s lets nobody past a deny list', async (_, context) => {
    const warned: unknown[] = []
    const logger = { warn: (message: string) => warned.push(message) }
    const pin = requestFlags(on({ a: { key: 'id', deny: ['evil'] } }), { context: context as never, logger })
    for (let i = 0; i < 5; i++) expect(pin({}).evaluate('a')).toMatchObject({ enabled: false, reason: 'error' })
    expect(warned.length).toBe(1)
    await new Promise(resolve => setImmediate(resolve))
  })
})

describe('rules', () => {
  test('a whole number that no number can hold exactly is refused', () => {
    expect(() => compileRule('(eq $u 1234567890123456789)')).toThrow('write it as a string')
    expect(compileRule('(eq $u "1234567890123456789")')({ u: '1234567890123456788' })).toBe(false)
  })

  test('patterns are bounded in size, alone and together, in rules and in constraints', () => {
    expect(() => compileRule('(matches in::$x pattern::"(?:a?){900}[bc]$")')).not.toThrow()
    expect(() => compileRule('(matches in::$x pattern::"(?:a?b?){900}[bc]$")')).toThrow('too complex')
    const one = '(matches in::$x pattern::"(?:a?){400}b")'
    expect(() => compileRule(`(or ${one} ${one} ${one})`)).toThrow('too complex together')
    const document = {
      version: '1',
      flags: { a: { name: 'a', attributes: { x: { constraints: { type: 'string', pattern: '(?:a?b?){900}' } } } } },
      values: { a: { enabled: true, x: 'y' } },
    }
    const errors: string[] = []
    const source = staticSource({})
    const flags = createFlagClient({ source })
    flags.onError(e => errors.push(e.message))
    source.set(document)
    expect(errors.join()).toContain('too complex')
  })
})

describe('telling once', () => {
  test('two thousand flags whose evaluation fails are told once each, not once a call', () => {
    const document = {
      version: '1',
      flags: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, { name: 'f' }])),
      values: Object.fromEntries(
        Array.from({ length: 2000 }, (_, i) => [
          `f${i}`,
          {
            _variants: [
              { name: 'a', enabled: true, rule: '(eq $x "y")' },
              { name: 'd', enabled: false },
            ],
          },
        ]),
      ),
    }
    const flags = createFlagClient({ source: staticSource(document) })
    let errors = 0
    flags.onError(() => errors++)
    const context = {
      get x() {
        throw new Error('boom')
      },
    }
    for (let round = 0; round < 3; round++) for (const key of flags.keys()) flags.enabled(key, context as never)
    expect(errors).toBe(2000)
  })

  test('a flag that stays broken from document to document is told once, and anew when it was right in between', () => {
    const source = staticSource({})
    const flags = createFlagClient({ source })
    let errors = 0
    flags.onError(() => errors++)
    for (let i = 0; i < 50; i++) source.set({ a: { enabled: 'yes' }, other: { enabled: true, n: i } })
    expect(errors).toBe(1)
    source.set({ a: { enabled: true } })
    source.set({ a: { enabled: 'yes' } })
    expect(errors).toBe(2)
  })

  test('fresh is told after stale, and not without', async () => {
    const clock = virtualClock(1_700_000_000_000)
    let jump = 0
    const source = handSource()
    const flags = createFlagClient({
      source,
      clock: { ...clock, now: () => clock.now() + jump },
      staleAfterMs: minutes(5),
    })
    const told: string[] = []
    flags.onStale(() => told.push('stale'))
    flags.onFresh(() => told.push('fresh'))
    source.give({ a: { enabled: true } }, '1')
    jump = minutes(60)
    source.unchanged()
    expect(told).toEqual([])
  })
})

describe('the last known good', () => {
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')).documents[0].version as string
  test('is the newest document, however quickly documents follow each other, and is there when close resolves', async () => {
    const home = folder()
    for (let i = 0; i < 10; i++) {
      const path = join(home, `kept-${i}`)
      const source = handSource()
      const flags = createFlagClient({ source, lastKnownGood: { path } })
      source.give({ a: { enabled: true, x: 'x'.repeat(2_000_000) } }, 'large')
      source.give({ a: { enabled: true } }, 'small')
      await flags.close()
      expect(read(path)).toBe('small')
    }
    expect(readdirSync(home).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  test('that is a pipe does not keep anybody waiting', async () => {
    const path = join(folder(), 'pipe')
    execFileSync('mkfifo', [path])
    const flags = createFlagClient({ source: handSource(), lastKnownGood: { path } })
    expect((await flags.ready({ timeoutMs: 50 })).from).toBe('bootstrap')
    await flags.close()
    expect(existsSync(path)).toBe(true)
  })

  test('from a time that is still to come is old, not fresh', async () => {
    const path = join(folder(), 'kept')
    const later = virtualClock(2_000_000_000_000)
    const source = handSource()
    const first = createFlagClient({ source, clock: later, lastKnownGood: { path } })
    source.give({ a: { enabled: true } }, '1')
    await first.close()
    const clock = virtualClock(1_900_000_000_000)
    const flags = createFlagClient({ source: handSource(), clock, lastKnownGood: { path } })
    const ready = flags.ready({ timeoutMs: 10 })
    await clock.advance(11)
    expect((await ready).from).toBe('last-known-good')
    expect(flags.evaluate('a')).toMatchObject({ enabled: true, stale: true })
  })

  test.each([[{ path: '' }], [{ path: 'x', key: '' }]])('%j is refused', lastKnownGood => {
    expect(() => createFlagClient({ source: handSource(), lastKnownGood })).toThrow('lastKnownGood')
  })
})

test.each<[string, object]>([
  ['no options', undefined as never],
  ['a list of audiences', { source: handSource(), audiences: [] }],
  ['no lists', { source: handSource(), lists: null }],
  ['a declared null', { source: handSource(), flags: { a: { value: null } } }],
  ['a declaration with a letter wrong', { source: handSource(), flags: { a: { enabledd: true } } }],
])('%s is refused by name', (_, options) => {
  expect(() => createFlagClient(options as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})

test('a source that rejects when it is asked or closed breaks nothing', async () => {
  const broken = {
    name: 'broken',
    start: () => ({ refresh: () => Promise.reject(new Error('r')), close: () => Promise.reject(new Error('c')) }),
  }
  const stop = new AbortController()
  const flags = createFlagClient({ source: broken, signal: stop.signal })
  await flags.refresh()
  stop.abort()
  await new Promise(resolve => setImmediate(resolve))
})
