import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CordState } from '../../src/core/cord.ts'
import { pulled, released } from '../../src/core/cord-transition.ts'

const state = (level: CordState['level']): CordState => ({ level, by: 'ana', reason: 'smoke', at: 3 })

describe('pulled', () => {
  test.each([
    ['released', 'hold', 'hold'],
    ['released', 'freeze', 'freeze'],
    ['hold', 'hold', 'hold'],
    ['hold', 'freeze', 'freeze'],
    ['freeze', 'hold', 'freeze'],
    ['freeze', 'freeze', 'freeze'],
  ] as const)('%s, pulled to %s, is %s', (from, level, to) => {
    expect(pulled(state(from), level, 'bo', 'fire', 5).level).toBe(to)
  })

  test('tightening takes name, reason and time of who did it', () => {
    expect(pulled(state('hold'), 'freeze', 'bo', 'fire', 5)).toEqual({
      level: 'freeze',
      by: 'bo',
      reason: 'fire',
      at: 5,
    })
  })

  test('a pull that tightens nothing leaves the first name, reason and time', () => {
    expect(pulled(state('freeze'), 'hold', 'bo', 'fire', 5)).toEqual(state('freeze'))
    expect(pulled(state('hold'), 'hold', 'bo', 'fire', 5)).toEqual(state('hold'))
  })

  test('however often and hard it is pulled, it is as tight as the hardest pull', () => {
    const pulls = fc.array(fc.constantFrom('hold' as const, 'freeze' as const), { minLength: 1 })
    fc.assert(
      fc.property(pulls, list => {
        const end = list.reduce((before, level, at) => pulled(before, level, 'bo', 'fire', at), state('released'))
        expect(end.level).toBe(list.includes('freeze') ? 'freeze' : 'hold')
      }),
    )
  })

  test('never changes the state that it is given', () => {
    const before = Object.freeze(state('released'))
    pulled(before, 'freeze', 'bo', 'fire', 5)
    expect(before).toEqual(state('released'))
  })

  test.each([
    ['released', 'bo', 'fire', `cord level: expected 'hold' or 'freeze', got "released"`],
    ['hold', '', 'fire', 'cord by: expected a non-empty string, got ""'],
    ['hold', 'bo', '  ', 'cord reason: expected a non-empty string, got "  "'],
    ['hold', undefined, 'fire', 'cord by: expected a non-empty string, got undefined'],
  ])('(%s, %s, %s) is refused by name', (level, by, reason, message) => {
    expect(() => pulled(state('freeze'), level as never, by as never, reason, 5)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message }),
    )
  })
})

describe('released', () => {
  test('lets go, with name, reason and time', () => {
    expect(released('bo', 'fire is out', 5)).toEqual({ level: 'released', by: 'bo', reason: 'fire is out', at: 5 })
  })

  test('needs a name and a reason', () => {
    expect(() => released('', 'why', 5)).toThrow('cord by: expected a non-empty string, got ""')
    expect(() => released('bo', '', 5)).toThrow('cord reason: expected a non-empty string, got ""')
  })
})
