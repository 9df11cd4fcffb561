import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketOf, seedState } from '../../../src/core/bucket.ts'
import { compileRule } from '../../../src/flags/rules/compile-rule.ts'

describe('operators', () => {
  const cases: [rule: string, context: Record<string, unknown>, expected: boolean][] = [
    ['(eq $state "Virginia")', { state: 'Virginia' }, true],
    ['(eq $state "Virginia")', { state: 'virginia' }, false],
    ['(eq $state "Virginia")', {}, false],
    ['(eq "Virginia" $state)', { state: 'Virginia' }, true],
    ['(eq $n 65)', { n: 65 }, true],
    ['(eq $n 65)', { n: '65' }, true],
    ['(eq $n 65)', { n: '65x' }, false],
    ['(eq $id "123")', { id: 123 }, true],
    ['(eq $b true)', { b: 'true' }, true],
    ['(eq $b false)', { b: true }, false],
    ['(gt $age 65)', { age: 66 }, true],
    ['(gt $age 65)', { age: 65 }, false],
    ['(gt 65 $age)', { age: 64 }, true],
    ['(gte $age 65)', { age: 65 }, true],
    ['(lt $age -7.5e1)', { age: -76 }, true],
    ['(lte $a $b)', { a: 1, b: 1 }, true],
    ['(lte $a $b)', { a: 1, b: '1' }, false],
    ['(gt $when 2024-01)', { when: '2024-02-01T00:00:00Z' }, true],
    ['(gt $when 2012-03-04T05:06:07-08:00)', { when: new Date('2012-03-04T13:06:07Z') }, false],
    ['(gte $when 2012-03-04T05:06:07-08:00)', { when: Date.parse('2012-03-04T13:06:07Z') }, true],
    ['(and (eq $a 1) (eq $b 2))', { a: 1, b: 2 }, true],
    ['(and (eq $a 1) (eq $b 2) (eq $c 3))', { a: 1, b: 2 }, false],
    ['(or (eq $a 1) (eq $b 2))', { b: 2 }, true],
    ['(or (eq $a 1) (eq $b 2) (eq $c 3))', { c: 3 }, true],
    ['(not (eq $a 1))', { a: 2 }, true],
    ['(not (eq $missing 1))', {}, true],
    ['(begins_with $s "ab")', { s: 'abc' }, true],
    ['(ends_with $mail "@example.com")', { mail: 'x@example.com' }, true],
    ['(contains $promo "WIN")', { promo: 'TWINS' }, true],
    ['(contains $groups "beta")', { groups: ['alpha', 'beta'] }, true],
    ['(contains $groups "bet")', { groups: ['alpha', 'beta'] }, false],
    ['(in $id ["123", "456"])', { id: '456' }, true],
    ['(in $id [123, 456])', { id: '456' }, true],
    ['(in $id ["123" , "456"])', { id: '789' }, false],
    ['(in $id [])', { id: '' }, false],
    ['(matches in::$greeting pattern::"h.*y")', { greeting: 'oh, hey!' }, true],
    ['(matches pattern::"^h.*y$" in::$greeting)', { greeting: 'oh, hey!' }, false],
    ['(exists key::"country")', { country: '' }, true],
    ['(exists $country)', {}, false],
    ['(split by::$id pct::100)', { id: 'x' }, true],
    ['(split pct::0 by::$id)', { id: 'x' }, false],
    ['(split by::$id pct::100)', {}, false],
    ['// who\n(eq $a /* what */ "\\"\\u0041")', { a: '"A' }, true],
    ['(eq $constructor "x")', {}, false],
    ['(exists $toString)', {}, false],
    ['(exists $__proto__)', {}, false],
  ]
  test.each(cases)('%s for %j is %s', (rule, context, expected) => expect(compileRule(rule)(context)).toBe(expected))
})

describe('a rule that cannot be understood is refused with line and column', () => {
  test.each([
    ['', 'line 1, column 1: the rule ends too early'],
    ['(eq $a', 'line 1, column 7: the rule ends too early'],
    ['(eq $a "x', 'line 1, column 8: this string does not end'],
    ['(eq\n  $a\n  §)', 'line 3, column 3: unexpected "§"'],
    ['(is $a 1)', 'line 1, column 2: unknown operator is'],
    ['(constructor $a 1)', 'line 1, column 2: unknown operator constructor'],
    ['(eq $a)', 'eq needs 2 operands, got 1'],
    ['(eq $a 1) (eq $b 1)', 'line 1, column 11: expected the end of the rule'],
    ['(and (eq $a 1))', 'and needs two operands or more'],
    ['(split by::$a)', 'split needs pct::'],
    ['(split by::$a pct::120)', 'pct: expected a number from 0 to 100'],
    ['(split by::$a pct::1 pct::2)', 'pct:: is given twice'],
    ['(split $a pct::1)', 'split takes by:: pct:: seed::; got a value without a name'],
    ['(in $a "x")', 'expected a list'],
    ['(in $a ["x" "y"])', 'expected a comma or the end of the list'],
    ['(matches in::$a pattern::"(")', 'pattern:'],
    ['"x"', 'a rule is an expression that is true or false'],
    ['(not $a)', 'expected an expression that is true or false'],
    ['(eq $a 2024-13)', '2024-13 is no moment in time'],
    ['(eq $a "\\q")', 'unknown escape'],
    [`(eq $a "${'x'.repeat(17_000)}")`, 'a rule has at most 16384 characters'],
    [`${'(not '.repeat(100)}true${')'.repeat(100)}`, 'nested more than 64 deep'],
  ])('%j', (rule, message) =>
    expect(() => compileRule(rule)).toThrow(
      expect.objectContaining({ code: 'invalid-rule', message: expect.stringContaining(message) }),
    ),
  )

  test('for any text at all: it compiles or it is refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'()[],$"\\ :eqandsplitby01.-T\n') }), text => {
        try {
          expect(typeof compileRule(text)({ a: 1 })).toBe('boolean')
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-rule', line: expect.any(Number), column: expect.any(Number) })
        }
      }),
    )
  })
})

test('a pattern that would hang a backtracking engine is answered', () => {
  const rule = compileRule('(matches in::$a pattern::"^(a+)+$")')
  expect(rule({ a: `${'a'.repeat(5000)}b` })).toBe(false)
  expect(rule({ a: 'a'.repeat(20_000) })).toBe(false)
})

describe('split', () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `user-${i}`)
  const shares = (a: string, b: string) => {
    const [ruleA, ruleB] = [compileRule(a), compileRule(b)]
    const count = { A: 0, B: 0, rest: 0 }
    for (const u of ids) count[ruleA({ u }) ? 'A' : ruleB({ u }) ? 'B' : 'rest']++
    return Object.values(count).map(n => n / 1000)
  }
  // Four standard deviations of a share of 25 % in 100,000 is 0.55 points.
  const near = (actual: number[], expected: number[]) =>
    expected.forEach((e, i) => {
      expect(Math.abs(actual[i]! - e)).toBeLessThan(0.55)
    })

  test('the known answers of the documentation', () => {
    expect(shares('(split by::$u pct::20)', '(split by::$u pct::20)')[1]).toBe(0)
    near(shares('(split by::$u pct::20)', '(split by::$u pct::20)'), [20, 0, 80])
    near(shares('(split by::$u pct::20)', '(split by::$u pct::25)'), [20, 5, 75])
    near(shares('(split by::$u pct::20 seed::"a")', '(split by::$u pct::25 seed::"b")'), [20, 20, 60])
  })

  test('buckets are even: chi-square over 1,000 of them, for ids that only count up', () => {
    for (const seed of ['', 'a', 'new-checkout']) {
      const cells = new Uint32Array(1000)
      const state = seedState(seed)
      for (const id of ids) cells[Math.floor((bucketOf(state, id) / 2 ** 32) * 1000)]!++
      const chi = cells.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0)
      // 999 degrees of freedom: mean 999, standard deviation 44.7; five of them.
      expect(Math.abs(chi - 999)).toBeLessThan(224)
    }
  })

  test('buckets of different seeds are independent: chi-square over 20 × 20 cells', () => {
    const cells = new Uint32Array(400)
    const [a, b] = [seedState('a'), seedState('b')]
    const cell = (n: number) => Math.floor((n / 2 ** 32) * 20)
    for (const id of ids) cells[cell(bucketOf(a, id)) * 20 + cell(bucketOf(b, id))]!++
    const chi = cells.reduce((sum, n) => sum + (n - 250) ** 2 / 250, 0)
    expect(Math.abs(chi - 399)).toBeLessThan(5 * Math.sqrt(2 * 399))
  })

  test('the published vectors', () => {
    const vectors = [
      ['', ''],
      ['', 'a'],
      ['abc', 'user-1'],
      ['new-checkout', '123456789012'],
      ['é', '\u{1F600}'],
    ].map(([seed, value]) => bucketOf(seedState(seed!), value!))
    expect(vectors).toMatchInlineSnapshot(`
      [
        3930748297,
        1153893818,
        363334524,
        2895735378,
        2269814772,
      ]
    `)
  })
})
