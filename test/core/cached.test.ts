import { describe, expect, test } from 'vitest'
import { ask } from '../../src/core/ask.ts'
import { cached } from '../../src/core/cached.ts'
import type { Gate, GateContext } from '../../src/core/gate.ts'
import { verdict } from '../../src/core/verdict.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { context } from './support.ts'

function make(options: { forMs?: number; capacity?: number } = {}) {
  const clock = virtualClock(1000)
  const seen: GateContext[] = []
  let answer: (context: GateContext) => Promise<unknown> = async () =>
    verdict('go', { source: 'slow', at: clock.now() }, 'ok', 'ok')
  const gate: Gate = {
    name: 'slow',
    check: async given => {
      seen.push(given)
      return (await answer(given)) as never
    },
  }
  const caching = cached(gate, { forMs: 100, clock, ...options })
  const says = (next: typeof answer) => {
    answer = next
  }
  return {
    clock,
    seen,
    says,
    caching,
    ask: (given: Partial<GateContext> = {}) => caching.check({ ...context(), ...given }),
  }
}

describe('a cached gate', () => {
  test('is asked once in its time, and then anew', async () => {
    const { ask, seen, clock } = make()
    const first = await ask()
    await clock.advance(99)
    expect(await ask()).toBe(first)
    await clock.advance(1)
    expect((await ask()).at).toBe(1100)
    expect(seen.length).toBe(2)
  })

  test.each([
    { place: 'aws/eu-north-1' as never },
    { version: 'other' },
    { phase: 'during' as const },
    { since: 77 },
    { run: 'other' },
    { previousVersion: 'x' },
  ])('%j is another question', async other => {
    const { ask, seen } = make()
    await ask()
    await ask(other)
    await ask(other)
    expect(seen.length).toBe(2)
  })

  test('those who ask at the same time share one answer', async () => {
    const { ask, seen } = make()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
    expect([seen.length, new Set(answers).size]).toEqual([1, 1])
  })

  test('an answer does not serve longer than it is valid', async () => {
    const { ask, seen, says, clock } = make()
    says(async () => verdict('go', { source: 'slow', at: 1000, validUntil: 1010 }, 'ok', 'ok'))
    await ask()
    await clock.advance(10)
    await ask()
    expect(seen.length).toBe(2)
  })

  test('a failure is not kept, and neither is nonsense read as safe', async () => {
    const { ask: check, seen, says, caching } = make()
    says(async () => {
      throw new Error('no route')
    })
    await expect(check()).rejects.toThrow('no route')
    await expect(check()).rejects.toThrow('no route')
    expect(seen.length).toBe(2)
    says(async () => 'go')
    expect((await ask(caching, context())).decision).toBe('wait')
  })

  test('one who leaves does not take the answer from the others; when all leave the gate hears of it', async () => {
    const { ask, seen, says } = make()
    const held = Promise.withResolvers<unknown>()
    says(() => held.promise)
    const [one, two] = [new AbortController(), new AbortController()]
    const first = ask({ signal: one.signal })
    const second = ask({ signal: two.signal })
    one.abort(new Error('I leave'))
    await expect(first).rejects.toThrow('I leave')
    expect(seen[0]!.signal.aborted).toBe(false)
    two.abort(new Error('I too'))
    await expect(second).rejects.toThrow('I too')
    expect(seen[0]!.signal.aborted).toBe(true)
    // Whoever comes now does not get an answer that was given up.
    says(async () => verdict('stop', { source: 'slow', at: 0 }, 'x', 'y'))
    expect((await ask()).decision).toBe('stop')
    await expect(ask({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  })

  test('holds no more questions than it may', async () => {
    const { ask, seen } = make({ capacity: 2 })
    for (const run of ['a', 'b', 'c', 'c', 'b', 'a']) await ask({ run })
    expect(seen.map(s => s.run)).toEqual(['a', 'b', 'c', 'a'])
  })

  test('bad options are refused', () => {
    expect(() => cached({} as never, { forMs: 1 })).toThrow('cached gate')
    expect(() => cached({ name: 'x', check: async () => ({}) as never }, { forMs: -1 })).toThrow('cached forMs')
  })
})
