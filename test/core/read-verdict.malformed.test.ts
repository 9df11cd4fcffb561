import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readVerdict } from '../../src/core/read-verdict.ts'
import { answer, anything, asked, revokedProxy, verdicts } from './support.ts'

const read = (value: unknown) => {
  const { decision, reasons } = readVerdict(value, asked)
  return [decision, reasons[0]?.code]
}

test('anything at all reads as wait with code malformed, and never throws', () => {
  fc.assert(
    fc.property(anything, value => {
      expect(read(value)).toEqual(['wait', 'malformed'])
    }),
    { numRuns: 1_000 },
  )
})

const wrong = {
  decision: fc.anything().filter(d => d !== 'go' && d !== 'wait' && d !== 'stop'),
  reasons: fc.anything().filter(r => !Array.isArray(r) || r.length > 0),
  at: fc.anything().filter(at => !Number.isFinite(at)),
  validUntil: fc.anything().filter(end => end !== undefined && !(typeof end === 'number' && !Number.isNaN(end))),
  subject: fc.anything().filter(s => s !== undefined && (typeof s !== 'object' || s === null)),
}
test.each(Object.entries(wrong))('a verdict with any other %s reads as wait with code malformed', (field, values) => {
  fc.assert(
    fc.property(verdicts, values, (good, value) => {
      expect(read({ ...good, [field]: value })).toEqual(['wait', 'malformed'])
    }),
  )
})

test.each(['decision', 'reasons', 'at'])('a verdict without %s reads as wait, with a reason that names it', field => {
  const { [field]: _, ...rest } = { ...answer('go') } as Record<string, unknown>
  expect(readVerdict(rest, asked).reasons[0]).toEqual({
    code: 'malformed',
    message: expect.stringMatching(`^asker answered no verdict: ${field}: expected`),
  })
})

test.each(['stop', 'wait'] as const)('a %s without any reason reads as wait with code malformed', decision => {
  expect(read(answer(decision, { reasons: [] }))).toEqual(['wait', 'malformed'])
})

test.each([
  { at: Number.NaN },
  { at: Number.POSITIVE_INFINITY },
  { at: '5' as never },
  { validUntil: Number.NaN },
  { validUntil: null as never },
])('a go with %o reads as wait with code malformed', over => {
  expect(read(answer('go', over))).toEqual(['wait', 'malformed'])
})

test('a list of reasons with a hole in it is malformed', () => {
  expect(read(answer('stop', { reasons: new Array(1) }))).toEqual(['wait', 'malformed'])
})

test.each([
  ['a revoked proxy', revokedProxy()],
  ['a revoked proxy as decision', { ...answer('go'), decision: revokedProxy() }],
  [
    'a getter that throws',
    {
      get decision() {
        throw new Error('no')
      },
    },
  ],
])('%s reads as wait with code malformed', (_, value) => {
  expect(read(value)).toEqual(['wait', 'malformed'])
})
