import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combineDecisions } from '../../src/core/combine.ts'
import { anyOf, quorum, quorumDecision } from '../../src/core/quorum.ts'
import type { Decision } from '../../src/core/verdict.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { answer, context, decisions, gateOf, says, withShuffled } from './support.ts'

const votes = fc.array(decisions, { minLength: 1, maxLength: 8 })
const votesAndK = votes.chain(list => fc.tuple(fc.constant(list), fc.integer({ min: 1, max: list.length })))
const count = (list: readonly Decision[], wanted: Decision) => list.filter(d => d === wanted).length

describe('quorumDecision', () => {
  test('k go are go, more than n - k stop are stop, everything else is wait', () => {
    fc.assert(
      fc.property(votesAndK, ([list, k]) => {
        const stopped = count(list, 'stop') > list.length - k
        const expected = count(list, 'go') >= k ? 'go' : stopped ? 'stop' : 'wait'
        expect(quorumDecision(k, list)).toBe(expected)
      }),
    )
  })

  test('stops exactly when k go cannot be reached any more, whatever those that wait say later', () => {
    fc.assert(
      fc.property(votesAndK, ([list, k]) => {
        const best = list.map(d => (d === 'wait' ? 'go' : d))
        expect(quorumDecision(k, list) === 'stop').toBe(count(best, 'go') < k)
      }),
    )
  })

  test('the order does not matter', () => {
    fc.assert(
      fc.property(withShuffled(votes), fc.nat(), ([list, shuffled], seed) => {
        const k = (seed % list.length) + 1
        expect(quorumDecision(k, shuffled)).toBe(quorumDecision(k, list))
      }),
    )
  })

  test('n of n is the rule for different questions', () => {
    fc.assert(
      fc.property(votes, list => {
        expect(quorumDecision(list.length, list)).toBe(combineDecisions(list))
      }),
    )
  })

  test('nobody is wait', () => {
    expect(quorumDecision(1, [])).toBe('wait')
  })

  test.each([0, -1])('k = %i never makes a go out of no go', k => {
    expect(quorumDecision(k, ['stop', 'wait'])).not.toBe('go')
  })

  test('k above n never makes a stop out of no stop', () => {
    expect(quorumDecision(3, ['go', 'go'])).toBe('wait')
  })
})

describe('quorum', () => {
  test('asks every gate and decides by the rule', async () => {
    await fc.assert(
      fc.asyncProperty(votesAndK, async ([list, k]) => {
        const verdict = await quorum(
          'q',
          k,
          list.map(d => says(d)),
        ).check(context())
        expect(verdict.decision).toBe(quorumDecision(k, list))
      }),
    )
  })

  test('counts first, then keeps the reasons of those that decided', async () => {
    const verdict = await quorum('q', 2, [says('go'), says('stop'), says('go')]).check(context())
    expect(verdict.source).toBe('q')
    expect(verdict.reasons).toEqual([
      { code: 'quorum', message: '2 go, 1 stop of 3; 2 needed' },
      ...answer('go').reasons,
      ...answer('go').reasons,
    ])
  })

  test('expires with the first of those that decided', async () => {
    const gates = [says('go', { validUntil: 80 }), says('go', { validUntil: 70 }), says('stop', { validUntil: 60 })]
    const verdict = await quorum('q', 2, gates, { clock: virtualClock(50) }).check(context())
    expect(verdict.validUntil).toBe(70)
  })

  test('an observer that is down counts as wait', async () => {
    const down = gateOf(() => Promise.reject(new Error('down')))
    expect((await quorum('q', 2, [says('go'), says('go'), down]).check(context())).decision).toBe('go')
    expect((await quorum('q', 2, [says('go'), says('stop'), down]).check(context())).decision).toBe('wait')
    expect((await quorum('q', 2, [says('stop'), says('stop'), down]).check(context())).decision).toBe('stop')
  })

  test('is not changed by what happens to the list afterwards', async () => {
    const gates = [says('go')]
    const gate = quorum('q', 1, gates)
    gates.push(says('stop'), says('stop'))
    expect((await gate.check(context())).reasons[0]?.message).toBe('1 go, 0 stop of 1; 1 needed')
  })

  test.each([0, 3, 1.5, Number.NaN])('refuses k = %s of two gates', k => {
    expect(() => quorum('q', k, [says('go'), says('go')])).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(/^quorum k: .*1 to 2, got /) }),
    )
  })

  test('refuses to be without gates', () => {
    expect(() => quorum('q', 1, [])).toThrow('quorum gates: expected at least one gate, got []')
  })
})

test('anyOf goes with one go, and stops only when all stop', async () => {
  const decide = async (...list: Decision[]) =>
    (
      await anyOf(
        'any',
        list.map(d => says(d)),
      ).check(context())
    ).decision
  expect(await decide('stop', 'wait', 'go')).toBe('go')
  expect(await decide('stop', 'wait', 'stop')).toBe('wait')
  expect(await decide('stop', 'stop', 'stop')).toBe('stop')
})
