import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CordState, cordAllows, cordVerdict, unreadableCord } from '../../src/core/cord.ts'

const levels = ['released', 'hold', 'freeze'] as const
const state = (level: CordState['level']): CordState => ({ level, by: 'ana', reason: 'smoke', at: 3 })

test.each([
  ['released', 'forward', true],
  ['released', 'rollback', true],
  ['hold', 'forward', false],
  ['hold', 'rollback', true],
  ['freeze', 'forward', false],
  ['freeze', 'rollback', false],
] as const)('%s: a %s effect is allowed: %s', (level, kind, allowed) => {
  expect(cordAllows({ level }, kind)).toBe(allowed)
})

test('a level that nobody knows allows nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('forward' as const, 'rollback' as const), (level, kind) => {
      fc.pre(!levels.includes(level as never))
      expect(cordAllows({ level: level as never }, kind)).toBe(false)
    }),
  )
})

test('the verdict is go when allowed, else wait with code cord; never stop', () => {
  for (const level of levels) {
    for (const kind of ['forward', 'rollback'] as const) {
      const verdict = cordVerdict(state(level), kind, 9)
      expect(verdict.decision).toBe(cordAllows(state(level), kind) ? 'go' : 'wait')
      expect(verdict.reasons.map(r => r.code)).toEqual(verdict.decision === 'go' ? [] : ['cord'])
    }
  }
})

test('the verdict tells who pulled the cord and why', () => {
  expect(cordVerdict(state('hold'), 'forward', 9)).toEqual({
    decision: 'wait',
    reasons: [{ code: 'cord', message: 'hold by ana: smoke' }],
    subject: {},
    source: 'cord',
    at: 9,
    evidence: state('hold'),
  })
})

test('a cord that cannot be read is frozen and says why', () => {
  const unreadable = unreadableCord('EIO', 12)
  expect(unreadable).toEqual({ level: 'freeze', by: 'andon', reason: 'the cord cannot be read: EIO', at: 12 })
  expect(cordAllows(unreadable, 'rollback')).toBe(false)
})
