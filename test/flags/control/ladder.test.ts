import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Gate, memoryCord, verdict, virtualClock } from '../../../src/core/index.ts'
import { createLadder, fileWriter, type LadderOptions } from '../../../src/flags/control/index.ts'
import { createFlagClient, fileSource, staticSource } from '../../../src/flags/index.ts'
import { controlPlane, folder, memoryWriter, WHO } from './support.ts'

const AUDIENCE = {
  key: 'accountId',
  deny: ['banned'],
  cohorts: [
    { name: 'own', list: ['o1', 'o2'] },
    { name: 'internal', rule: '(ends_with $email "@us.example")' },
  ],
  ladder: { rungs: ['own', 'internal', { name: 'all', ramp: [0.01, 0.2, 1] }] },
}
const gateSaying = (decision: 'go' | 'wait' | 'stop'): Gate & { asked: string[] } => {
  const asked: string[] = []
  return {
    name: 'errors',
    asked,
    check: async context => {
      asked.push(`${context.version} since ${context.since}`)
      return {
        ...verdict(decision, { source: 'errors', at: 0 }, 'x', 'because'),
        subject: { version: context.version },
      }
    },
  }
}
const make = (options: Partial<LadderOptions> = {}) => {
  const writer = memoryWriter({ checkout: structuredClone(AUDIENCE) })
  const clock = virtualClock(1_000_000)
  return { writer, clock, ladder: createLadder({ flag: 'checkout', writer, clock, ...options }) }
}

describe('a ladder', () => {
  test('goes up rung by rung and along each ramp, and down again, each step a write that tells who and why', async () => {
    const { ladder, writer } = make()
    const stood: unknown[] = [await ladder.read()]
    for (let i = 0; i < 5; i++) {
      expect((await ladder.advance({ by: 'ada', reason: `step ${i}` })).moved).toBe(true)
      stood.push(await ladder.read())
    }
    const up = [
      undefined,
      { rung: 'own', share: 1 },
      { rung: 'internal', share: 1 },
      { rung: 'all', share: 0.01 },
      { rung: 'all', share: 0.2 },
      { rung: 'all', share: 1 },
    ]
    expect(stood).toEqual(up)
    expect(await ladder.advance(WHO)).toEqual({ moved: false, at: up[5], verdict: undefined })
    expect((await writer.read())!.content).toMatchObject({
      checkout: { ladder: { moved: { by: 'ada', reason: 'step 4', at: 1_000_000 } } },
    })
    for (const expected of up.toReversed().slice(1)) {
      await ladder.retreat(WHO)
      expect(await ladder.read()).toEqual(expected)
    }
    expect((await ladder.retreat(WHO)).moved).toBe(false)
    expect(writer.writes).toBe(10)
  })

  test('goes down as far as it is told, and never up by a retreat', async () => {
    const { ladder } = make()
    for (let i = 0; i < 4; i++) await ladder.advance(WHO)
    await ladder.retreat({ ...WHO, to: { rung: 'own' } })
    expect(await ladder.read()).toEqual({ rung: 'own', share: 1 })
    await expect(ladder.retreat({ ...WHO, to: { rung: 'all' } })).rejects.toMatchObject({ code: 'invalid-option' })
    await ladder.retreat({ ...WHO, to: 'nobody' })
    expect(await ladder.read()).toBeUndefined()
  })

  test.each(['wait', 'stop'] as const)(
    'a gate that says %s leaves it where it is, and is not asked on the way down',
    async decision => {
      const gate = gateSaying(decision)
      const { ladder, writer } = make({ gate })
      const outcome = await ladder.advance(WHO)
      expect(outcome).toMatchObject({ moved: false, verdict: { decision } })
      expect(writer.writes).toBe(0)
      await ladder.retreat(WHO)
      expect(gate.asked).toEqual(['checkout own 1 since 0'])
    },
  )

  test('a gate that throws, or answers about something else, is no go', async () => {
    const broken: Gate = { name: 'broken', check: () => Promise.reject(new Error('no metrics')) }
    expect(await make({ gate: broken }).ladder.advance(WHO)).toMatchObject({
      moved: false,
      verdict: { decision: 'wait' },
    })
    const other: Gate = {
      name: 'other',
      check: async () => ({ ...verdict('go', { source: 'o', at: 0 }, 'x', 'y'), subject: { version: 'another' } }),
    }
    expect(await make({ gate: other }).ladder.advance(WHO)).toMatchObject({
      moved: false,
      verdict: { decision: 'wait' },
    })
  })

  test('a gate is asked about evidence since the last step', async () => {
    const gate = gateSaying('go')
    const { ladder, clock } = make({ gate })
    await ladder.advance(WHO)
    await clock.advance(5000)
    await ladder.advance(WHO)
    expect(gate.asked).toEqual(['checkout own 1 since 0', 'checkout internal 1 since 1000000'])
  })

  test('the cord forbids the way up, and frozen the way down as well; one that cannot be read forbids both', async () => {
    const cord = memoryCord()
    const { ladder } = make({ cord })
    await ladder.advance(WHO)
    await ladder.advance(WHO)
    await cord.pull('hold', 'bo', 'smoke')
    expect(await ladder.advance(WHO)).toMatchObject({ moved: false, verdict: { reasons: [{ code: 'cord' }] } })
    expect((await ladder.retreat(WHO)).moved).toBe(true)
    await cord.pull('freeze', 'bo', 'fire')
    expect((await ladder.retreat(WHO)).moved).toBe(false)
    const unreadable = { read: () => Promise.reject(new Error('gone')) }
    const other = make({ cord: unreadable }).ladder
    expect((await other.advance(WHO)).moved).toBe(false)
  })

  test('a cord that is pulled while the gate is asked counts', async () => {
    const cord = memoryCord()
    const gate = gateSaying('go')
    const pulling: Gate = {
      ...gate,
      async check(context) {
        await cord.pull('hold', 'bo', 'smoke')
        return gate.check(context)
      },
    }
    expect((await make({ cord, gate: pulling }).ladder.advance(WHO)).moved).toBe(false)
  })

  test('two who advance at the same time make one step', async () => {
    const path = join(folder(), 'audiences.json')
    await fileWriter(path).write({ checkout: AUDIENCE }, { after: undefined, ...WHO })
    const both = await Promise.allSettled(
      [1, 2].map(() => createLadder({ flag: 'checkout', writer: fileWriter(path) }).advance(WHO)),
    )
    const steps = both.filter(b => b.status === 'fulfilled').length
    for (const b of both) if (b.status === 'rejected') expect(b.reason.code).toBe('conflict')
    const at = await createLadder({ flag: 'checkout', writer: fileWriter(path) }).read()
    expect(at).toEqual(steps === 1 ? { rung: 'own', share: 1 } : { rung: 'internal', share: 1 })
  })

  test('what clients evaluate follows it, through a file or AppConfig', async () => {
    const path = join(folder(), 'audiences.json')
    const writer = fileWriter(path)
    await writer.write({ checkout: AUDIENCE }, { after: undefined, ...WHO })
    await using flags = createFlagClient({
      source: staticSource({ checkout: { enabled: false } }),
      audiences: fileSource(path),
    })
    await flags.ready()
    const seen = () =>
      ['o1', 'x1', 'banned'].map(accountId =>
        flags.enabled('checkout', { accountId, email: accountId === 'x1' ? 'a@us.example' : '' }),
      )
    const ladder = createLadder({ flag: 'checkout', writer })
    expect(seen()).toEqual([false, false, false])
    const steps = [
      [true, false, false],
      [true, true, false],
    ]
    for (const expected of steps) {
      await ladder.advance(WHO)
      await flags.refresh()
      expect(seen()).toEqual(expected)
    }
    const share = () =>
      Array.from({ length: 4000 }, (_, i) => flags.enabled('checkout', { accountId: `n${i}` })).filter(Boolean).length /
      4000
    await ladder.advance(WHO)
    await ladder.advance(WHO)
    await flags.refresh()
    // Four standard deviations of 20 % of 4,000.
    expect(Math.abs(share() - 0.2)).toBeLessThan(0.026)
    await ladder.advance(WHO)
    await flags.refresh()
    expect(share()).toBe(1)
    expect(flags.enabled('checkout')).toBe(true)
    expect(flags.enabled('checkout', { accountId: 'banned' })).toBe(false)
  })

  test('through AppConfig each step is a deployment', async () => {
    const { writer, server } = await controlPlane()
    await writer.write({ checkout: AUDIENCE }, { after: undefined, ...WHO })
    const ladder = createLadder({ flag: 'checkout', writer })
    await ladder.advance({ by: 'ada', reason: 'own accounts look well' })
    expect(server.deployments.at(-1)).toMatchObject({ state: 'COMPLETE', description: 'ada: own accounts look well' })
    expect(await ladder.read()).toEqual({ rung: 'own', share: 1 })
  })

  test.each<[object, string]>([
    [{ rungs: [] }, 'ladder.rungs: expected a list of at least one rung'],
    [{ rungs: ['own', 'own'] }, 'ladder.rungs[1].name: expected a rung that is not there yet'],
    [{ rungs: ['all', 'own'] }, 'ladder.rungs[0].name: expected all as the last rung'],
    [{ rungs: ['other'] }, 'one of the cohorts (own, internal)'],
    [{ rungs: [{ name: 'own', ramp: [0.5, 0.5, 1] }] }, 'ladder.rungs[0].ramp[1]: expected a share above 0.5'],
    [{ rungs: [{ name: 'own', ramp: [0.5] }] }, 'a last share of 1'],
    [{ rungs: ['own'], at: { rung: 'internal', share: 1 } }, 'ladder.at.rung: expected one of its rungs (own)'],
    [{ rungs: ['own'], at: { rung: 'own', share: 2 } }, 'ladder.at.share'],
  ])('%j is refused, and the flag keeps its last good audience', async (ladder, message) => {
    const source = staticSource({ checkout: { enabled: false } })
    const audiences = staticSource({ checkout: { key: 'accountId', allow: ['o1'] } })
    const flags = createFlagClient({ source, audiences })
    const errors: string[] = []
    flags.onError(e => errors.push(e.message))
    audiences.set({ checkout: { ...AUDIENCE, ladder } })
    expect(errors.join()).toContain(message)
    expect(flags.enabled('checkout', { accountId: 'o1' })).toBe(true)
  })

  test('a cohort that a ladder opens has no share of its own, and one that it does not name keeps its', () => {
    const errors: string[] = []
    const audiences = (audience: object) => {
      const flags = createFlagClient({
        source: staticSource({ checkout: { enabled: false } }),
        audiences: { checkout: audience as never },
      })
      flags.onError(e => errors.push(e.message))
      return flags
    }
    const twice = { key: 'id', cohorts: [{ name: 'own', list: ['a'], share: 0.5 }], ladder: { rungs: ['own'] } }
    expect(audiences(twice).evaluate('checkout', { id: 'a' }).reason).toBe('parse-error')
    const beside = {
      key: 'id',
      cohorts: [
        { name: 'own', list: ['a'] },
        { name: 'friends', list: ['b'] },
      ],
      ladder: { rungs: ['own'] },
    }
    expect(audiences(beside).enabled('checkout', { id: 'a' })).toBe(false)
    expect(audiences(beside).enabled('checkout', { id: 'b' })).toBe(true)
  })

  test('goes down though something else in the audiences is wrong, and not up', async () => {
    const writer = memoryWriter({
      checkout: { ...AUDIENCE, ladder: { ...AUDIENCE.ladder, at: { rung: 'own', share: 1 } } },
      other: { key: 7 },
    })
    const ladder = createLadder({ flag: 'checkout', writer })
    await expect(ladder.advance(WHO)).rejects.toMatchObject({ code: 'invalid-document' })
    expect((await ladder.retreat({ ...WHO, to: 'nobody' })).moved).toBe(true)
  })

  test('a rung with a letter wrong is refused', async () => {
    const writer = memoryWriter({
      checkout: { ...AUDIENCE, ladder: { rungs: ['own', { name: 'all', ramps: [0.01, 1] }] } },
    })
    await expect(createLadder({ flag: 'checkout', writer }).read()).rejects.toThrow('ramps')
  })

  test.each([[[null]], [{}]])('cohorts that are %j are refused by name', async cohorts => {
    const writer = memoryWriter({ checkout: { ...AUDIENCE, cohorts } })
    await expect(createLadder({ flag: 'checkout', writer }).read()).rejects.toMatchObject({ code: 'invalid-option' })
  })

  test('a flag without a ladder is told as such', async () => {
    const { writer } = make()
    await expect(createLadder({ flag: 'other', writer }).advance(WHO)).rejects.toMatchObject({ code: 'not-found' })
    await expect(createLadder({ flag: '__proto__', writer }).read()).rejects.toMatchObject({ code: 'not-found' })
    expect(() => createLadder({ flag: '', writer })).toThrow('createLadder flag')
    await expect(make().ladder.advance({ by: '', reason: 'x' })).rejects.toMatchObject({ code: 'invalid-option' })
  })
})
