import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../src/core/index.ts'
import { createFlagClient, type FlagClientOptions } from '../../src/flags/index.ts'
import { handSource } from './support/hand-source.ts'

const DENY = { f: { key: 'id', deny: ['bad'] } }

function make(options: Partial<FlagClientOptions> = {}) {
  const clock = virtualClock(1_700_000_000_000)
  const [source, audiences] = [handSource(), handSource()]
  const flags = createFlagClient({ source, audiences, clock, staleAfterMs: 60_000, ...options })
  const errors: string[] = []
  flags.onError(e => errors.push(e.code))
  return { clock, source, audiences, flags, errors }
}

describe('audiences from a source of their own', () => {
  test('flags are never evaluated without the deny lists that belong to them', async () => {
    const { source, audiences, flags, clock } = make()
    source.give({ f: { enabled: true } }, 'd1')
    expect(flags.evaluate('f', { id: 'bad' })).toMatchObject({
      enabled: false,
      reason: 'not-found',
      snapshotVersion: undefined,
    })
    const tooEarly = flags.ready({ timeoutMs: 100, required: true })
    tooEarly.catch(() => {})
    await clock.advance(101)
    await expect(tooEarly).rejects.toMatchObject({ code: 'not-ready' })
    audiences.give(DENY, 'a1')
    expect(flags.evaluate('f', { id: 'bad' })).toMatchObject({ reason: 'deny-list', snapshotVersion: 'd1+a1' })
    expect(flags.enabled('f', { id: 'good' })).toBe(true)
    expect(await flags.ready()).toEqual({ from: 'source', version: 'd1+a1' })
  })

  test('either may come first, and either may change', () => {
    const { source, audiences, flags } = make()
    audiences.give(DENY, 'a1')
    source.give({ f: { enabled: true } }, 'd1')
    const seen: string[] = []
    flags.onChange('f', (_, version) => seen.push(version))
    audiences.give({ f: { key: 'id', deny: ['worse'] } }, 'a2')
    source.give({ f: { enabled: true }, g: { enabled: true } }, 'd2')
    expect(seen).toEqual(['d1+a2'])
    expect(flags.enabled('f', { id: 'bad' })).toBe(true)
  })

  test('audiences that are none change nothing and are told once, whoever gives them again', () => {
    const { source, audiences, flags, errors } = make()
    source.give({ f: { enabled: true } }, 'd1')
    audiences.give(DENY, 'a1')
    for (const bad of ['[]', '{"f":', 'null']) for (let i = 0; i < 2; i++) audiences.give(bad, `bad ${bad}`)
    expect(errors).toEqual(['invalid-audiences', 'invalid-audiences', 'invalid-audiences'])
    expect(flags.enabled('f', { id: 'bad' })).toBe(false)
  })

  test('one bad audience spoils its flag alone, which keeps its last good form', () => {
    const { source, audiences, flags, errors } = make()
    source.give({ f: { enabled: true }, g: { enabled: true } }, 'd1')
    audiences.give({ ...DENY, g: { key: 'id', deny: ['x'] } }, 'a1')
    audiences.give({ f: { key: 7 }, g: { key: 'id', deny: ['y'] } }, 'a2')
    expect(errors).toEqual(['parse-error'])
    expect([
      flags.enabled('f', { id: 'bad' }),
      flags.enabled('g', { id: 'y' }),
      flags.enabled('g', { id: 'x' }),
    ]).toEqual([false, false, true])
  })

  test('flags are stale when either source is, and fresh when both are', async () => {
    const { source, audiences, flags, clock } = make()
    const told: string[] = []
    flags.onStale(() => told.push('stale'))
    flags.onFresh(() => told.push('fresh'))
    source.give({ f: { enabled: true } }, 'd1')
    audiences.give(DENY, 'a1')
    await clock.advance(50_000)
    source.unchanged()
    await clock.advance(20_000)
    expect([flags.evaluate('f').stale, flags.evaluate('f').ageMs]).toEqual([true, 70_000])
    source.unchanged()
    expect(flags.evaluate('f').stale).toBe(true)
    audiences.unchanged()
    expect(flags.evaluate('f').stale).toBe(false)
    expect(told).toEqual(['stale', 'fresh'])
  })

  test('the last known good keeps both, and each stands in for its own source', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'andon-audiences-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const lastKnownGood = { path: join(folder, 'flags.lkg') }
    const first = make({ lastKnownGood })
    first.source.give({ f: { enabled: true } }, 'd1')
    first.audiences.give(DENY, 'a1')
    await expect.poll(async () => (await import('node:fs')).existsSync(lastKnownGood.path)).toBe(true)
    await first.flags.close()
    const second = make({ lastKnownGood })
    second.source.give({ f: { enabled: true }, g: { enabled: true } }, 'd2')
    const ready = second.flags.ready({ timeoutMs: 10 })
    await second.clock.advance(11)
    expect(await ready).toEqual({ from: 'last-known-good', version: 'd2+a1' })
    expect(second.flags.evaluate('f', { id: 'bad' }).reason).toBe('deny-list')
    expect(second.flags.enabled('g')).toBe(true)
    await second.flags.close()
  })

  test('a flag that is called start is no source', () => {
    const flags = createFlagClient({ source: handSource(), audiences: { start: { key: 'id', deny: [] } } })
    expect(flags.keys()).toEqual([])
  })
})
