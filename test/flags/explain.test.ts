import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Audience,
  createFlagClient,
  type ExplainedStep,
  explainFlag,
  staticSource,
} from '../../src/flags/index.ts'

const boom = {
  has: (): boolean => {
    throw new Error('the list is gone')
  },
}
const lists = { own: new Set(['1', '2']), boom }
const id = fc.constantFrom('1', '2', '3', '4', '5', '6')
const list = fc.oneof(
  { weight: 8, arbitrary: fc.array(id, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.constant({ list: 'own' }) },
  { weight: 1, arbitrary: fc.constant({ list: 'boom' }) },
)
const rule = fc.constantFrom(
  '(eq $region "eu")',
  '(and (eq $region "eu") (gt $age 20))',
  '(or (exists key::"age") (in $id ["3", "4"]))',
  '(not (eq $region "eu"))',
  '(split by::$id pct::50)',
  '(split pct::40 by::$id seed::"x")',
  '(matches in::$region pattern::"^e")',
)
const share = fc.constantFrom(0, 0.3, 0.5, 1)
const optional = { requiredKeys: [] }
const cohort = fc.oneof(
  fc.record({ name: fc.constantFrom('a', 'b'), list, share }, { requiredKeys: ['name', 'list'] }),
  fc.record({ name: fc.constantFrom('a', 'b'), rule, share }, { requiredKeys: ['name', 'rule'] }),
)
const audience = fc
  .tuple(
    fc.constantFrom('id', 'account'),
    fc.record(
      {
        kill: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
        deny: list,
        allow: list,
        cohorts: fc.array(cohort, { maxLength: 2 }),
        percentage: share,
      },
      optional,
    ),
  )
  .map(([key, rest]) => ({ key, ...rest }) as Audience)
/** The same with a ladder over its cohorts, which then have no shares of their own. */
const laddered = fc.tuple(audience, fc.nat(3), share).map(([given, rung, at]): Audience => {
  const { percentage: _, cohorts = [], ...rest } = given
  const unique = cohorts
    .filter((c, i) => cohorts.findIndex(d => d.name === c.name) === i)
    .map(({ share: _s, ...c }) => c)
  const rungs = [...unique.map(c => c.name), 'all']
  const name = rungs[rung]
  return { ...rest, cohorts: unique, ladder: { rungs, ...(name !== undefined && { at: { rung: name, share: at } }) } }
})
const attributes = fc.dictionary(fc.constantFrom('color', 'limit'), fc.oneof(fc.string(), fc.integer(), fc.boolean()))
const variant = fc.record({ enabled: fc.boolean(), attributeValues: attributes, rule })
const value = fc.oneof(
  fc.tuple(fc.boolean(), attributes).map(([enabled, rest]) => ({ ...rest, enabled })),
  fc
    .tuple(fc.array(variant, { maxLength: 3 }), fc.boolean(), attributes)
    .map(([variants, enabled, attributeValues]) => ({
      _variants: [...variants.map((v, i) => ({ ...v, name: `v${i}` })), { name: 'default', enabled, attributeValues }],
    })),
)
const context = fc
  .tuple(
    fc.record(
      { id, account: id, region: fc.constantFrom('eu', 'us'), age: fc.integer({ min: 10, max: 40 }) },
      optional,
    ),
    fc.integer({ min: 0, max: 7 }),
  )
  .map(([given, n]) =>
    n > 0
      ? given
      : Object.defineProperty({ ...given }, 'region', {
          get() {
            throw new Error('no region')
          },
        }),
  )

/** What the deciding step must be for a reason, and the name that it must have. */
const DECIDES: Record<string, readonly ExplainedStep['stage'][]> = {
  'kill-switch': ['kill-switch'],
  'deny-list': ['deny'],
  'allow-list': ['allow'],
  cohort: ['cohort'],
  rule: ['variant'],
  split: ['variant', 'percentage'],
  default: ['default'],
  static: ['default'],
  error: ['deny', 'allow', 'cohort', 'variant'],
}
const ORDER = ['kill-switch', 'deny', 'allow', 'cohort', 'variant', 'percentage', 'default']

test('an explanation ends where the client ends: the same outcome, by the step that its reason names', () => {
  const decided = new Set<string>()
  fc.assert(
    fc.property(value, fc.oneof(audience, laddered, fc.constant(undefined)), context, (f, beside, asked) => {
      const document = { version: '1', flags: { f: { name: 'f' } }, values: { f } }
      const audiences = beside ? { f: beside } : {}
      const client = createFlagClient({ source: staticSource(document), audiences, lists })
      const { snapshotVersion: _v, ageMs: _a, stale: _s, outdated: _o, ...evaluated } = client.evaluate('f', asked)
      const { steps, outcome } = explainFlag('f', { document, audiences, lists, context: asked })
      expect(outcome).toEqual(evaluated)

      const at = steps.findIndex(step => step.decided)
      const step = steps[at]!
      decided.add(`${step.stage} ${outcome.reason}`)
      expect(DECIDES[outcome.reason]).toContain(step.stage)
      expect(step.answer).toBe(outcome.reason === 'error' ? 'failed' : 'yes')
      if (outcome.list !== undefined) expect(step.name).toBe(outcome.list)
      if (outcome.rule !== undefined) expect([step.name, step.rule]).toEqual([outcome.variant, outcome.rule])
      for (const before of steps.slice(0, at))
        expect(before).toMatchObject({ decided: false, answer: expect.stringMatching(/^(no|none)$/) })
      for (const after of steps.slice(at + 1))
        expect(after).toMatchObject({ decided: false, answer: expect.stringMatching(/^(not-asked|none)$/) })
      const stages = steps.map(s => ORDER.indexOf(s.stage))
      expect(stages).toEqual([...stages].sort((a, b) => a - b))
      expect(new Set(stages).size).toBe(ORDER.length)
    }),
    { numRuns: 1500 },
  )
  // Otherwise the property would hold for want of cases.
  expect([...decided].sort()).toEqual(
    [
      'allow allow-list',
      'allow error',
      'cohort cohort',
      'cohort error',
      'default default',
      'default static',
      'deny deny-list',
      'deny error',
      'kill-switch kill-switch',
      'percentage split',
      'variant error',
      'variant rule',
      'variant split',
    ].sort(),
  )
})

const document = {
  version: '1',
  flags: { f: { name: 'f' } },
  values: {
    f: {
      _variants: [
        { name: 'europe', enabled: true, rule: '(and (eq $region "eu") (gt $age 20))' },
        { name: 'default', enabled: false },
      ],
    },
  },
}

describe('each step tells', () => {
  const audiences = {
    f: {
      key: 'id',
      deny: { list: 'own' },
      cohorts: [
        { name: 'staff', rule: '(ends_with $mail "@x")' },
        { name: 'some', list: ['9'] },
      ],
    },
  }
  const stepsFor = (context: object) =>
    explainFlag('f', { document, audiences, lists, context: context as never }).steps
  test('which context keys it goes by that are not there', () => {
    expect(stepsFor({ age: 5, region: undefined }).map(s => [s.stage, s.name, s.answer, s.missing])).toEqual([
      ['kill-switch', undefined, 'no', []],
      ['deny', 'own', 'no', ['id']],
      ['allow', undefined, 'none', []],
      ['cohort', 'staff', 'no', ['mail']],
      ['cohort', 'some', 'no', ['id']],
      ['variant', 'europe', 'no', ['region']],
      ['percentage', undefined, 'none', []],
      ['default', 'default', 'yes', []],
    ])
  })

  test('what it failed with', () => {
    const failing = { f: { key: 'id', allow: { list: 'boom' } } }
    const { steps } = explainFlag('f', { document, audiences: failing, lists, context: { id: '1' } })
    expect(steps.find(s => s.decided)).toMatchObject({ stage: 'allow', answer: 'failed', error: 'the list is gone' })
  })
})

describe('what cannot be explained is refused', () => {
  test('a flag that is not there, with those that are', () => {
    expect(() => explainFlag('toString', { document })).toThrow(
      expect.objectContaining({ code: 'unknown-flag', message: expect.stringMatching(/has \(f\), got toString/) }),
    )
    expect(() => explainFlag('f', { document: {} })).toThrow(/there are none/)
  })

  test('a flag that cannot be understood, and one whose audience cannot', () => {
    expect(() => explainFlag('g', { document: { g: { enabled: 1 } } })).toThrow(
      expect.objectContaining({
        code: 'invalid-document',
        message: expect.stringMatching(/flag g .*enabled: expected true or false/),
      }),
    )
    expect(() => explainFlag('f', { document, audiences: { f: { key: 'id', deny: { list: 'gone' } } } })).toThrow(
      expect.objectContaining({ code: 'invalid-document', message: expect.stringMatching(/"gone"/) }),
    )
  })
})
