import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combine, combineDecisions, merge } from '../../src/core/combine.ts'
import { answer, asked, decisions, verdicts, withShuffled } from './support.ts'

describe('combineDecisions', () => {
  test('any stop wins', () => {
    fc.assert(
      fc.property(fc.array(decisions), fc.array(decisions), (before, after) => {
        expect(combineDecisions([...before, 'stop', ...after])).toBe('stop')
      }),
    )
  })

  test('without a stop, any wait wins', () => {
    const mild = fc.array(fc.constantFrom('go' as const, 'wait' as const))
    fc.assert(
      fc.property(mild, mild, (before, after) => {
        expect(combineDecisions([...before, 'wait', ...after])).toBe('wait')
      }),
    )
  })

  test('one go or more and nothing else is go', () => {
    fc.assert(
      fc.property(fc.array(fc.constant('go' as const), { minLength: 1 }), all => {
        expect(combineDecisions(all)).toBe('go')
      }),
    )
  })

  test('nothing at all is wait', () => {
    expect(combineDecisions([])).toBe('wait')
  })

  test('the order does not matter', () => {
    fc.assert(
      fc.property(withShuffled(fc.array(decisions)), ([list, shuffled]) => {
        expect(combineDecisions(shuffled)).toBe(combineDecisions(list))
      }),
    )
  })

  test('combining in two steps is combining in one', () => {
    const some = fc.array(decisions, { minLength: 1 })
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(combineDecisions([combineDecisions(a), combineDecisions(b)])).toBe(combineDecisions([...a, ...b]))
      }),
    )
  })
})

describe('combine', () => {
  test('decides by the rule, and speaks for the asker about what was asked', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { minLength: 1 }), list => {
        const { decision, source, subject, at } = combine(list, asked)
        expect(decision).toBe(combineDecisions(list.map(v => v.decision)))
        expect({ source, subject, at }).toEqual(asked)
      }),
    )
  })

  test('keeps the reasons of those that decided, all of them, in order', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { minLength: 1 }), list => {
        const result = combine(list, asked)
        const deciders = list.filter(v => v.decision === result.decision)
        expect(result.reasons).toEqual(deciders.flatMap(v => v.reasons))
      }),
    )
  })

  test('expires with the first of those that decided, and never when none of them does', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { minLength: 1 }), list => {
        const result = combine(list, asked)
        const ends = list.filter(v => v.decision === result.decision).flatMap(v => v.validUntil ?? [])
        expect(result.validUntil).toBe(ends.length === 0 ? undefined : ends.sort((a, b) => a - b)[0])
      }),
    )
  })

  test('the order changes neither decision nor end', () => {
    fc.assert(
      fc.property(withShuffled(fc.array(verdicts)), ([list, shuffled]) => {
        const [a, b] = [combine(list, asked), combine(shuffled, asked)]
        expect([b.decision, b.validUntil, b.reasons.length]).toEqual([a.decision, a.validUntil, a.reasons.length])
      }),
    )
  })

  test('no verdict at all is wait with code no-evidence', () => {
    expect(combine([], asked)).toEqual({
      ...asked,
      decision: 'wait',
      reasons: [{ code: 'no-evidence', message: 'asker: nobody gave a verdict' }],
    })
  })

  test('a verdict that never held does not become one that holds for ever', () => {
    const never = answer('go', { validUntil: Number.NEGATIVE_INFINITY })
    expect(combine([never], asked).validUntil).toBe(Number.NEGATIVE_INFINITY)
  })
})

test('merge puts the given reasons first and keeps who said what on which evidence', () => {
  const first = { code: 'quorum', message: '1 of 1' }
  const one = answer('go', { source: 'a', evidence: { n: 1 } })
  const result = merge('go', [one], asked, [first])
  expect(result.reasons).toEqual([first, ...one.reasons])
  expect(result.evidence).toEqual([{ source: 'a', decision: 'go', evidence: { n: 1 } }])
})
