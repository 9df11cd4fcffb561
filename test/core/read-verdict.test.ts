import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AndonError } from '../../src/core/errors.ts'
import { readVerdict, verdictOfError } from '../../src/core/read-verdict.ts'
import { answer, anything, asked, verdicts } from './support.ts'

describe('a well-formed verdict', () => {
  test('passes with its decision and reasons, in the name of whom was asked', () => {
    fc.assert(
      fc.property(verdicts, given => {
        const { validUntil: _, ...lasting } = given
        expect(readVerdict(lasting, asked)).toEqual({ ...lasting, source: 'asker', subject: asked.subject })
      }),
    )
  })

  test('may be a go without reasons', () => {
    expect(readVerdict(answer('go', { reasons: [] }), asked).decision).toBe('go')
  })

  test('may have its fields as getters of a class', () => {
    class Given {
      get decision() {
        return 'stop'
      }
      get reasons() {
        return answer('stop').reasons
      }
      get at() {
        return 0
      }
    }
    expect(readVerdict(new Given(), asked)).toMatchObject({ decision: 'stop', reasons: answer('stop').reasons })
  })

  test('is not changed by being read', () => {
    const given = Object.freeze(answer('go', { subject: Object.freeze({}) }))
    expect(readVerdict(given, asked)).not.toBe(given)
    expect(given.source).toBe('somebody')
  })
})

describe('an end', () => {
  test('that is past makes any decision wait with code expired, its own reasons kept behind', () => {
    fc.assert(
      fc.property(verdicts, fc.integer({ max: asked.at - 1 }), (good, validUntil) => {
        const { decision, reasons } = readVerdict({ ...good, validUntil }, asked)
        expect([decision, reasons[0]?.code]).toEqual(['wait', 'expired'])
        expect(reasons.slice(1)).toEqual(good.reasons)
      }),
    )
  })

  test.each([asked.at, asked.at + 1, Number.POSITIVE_INFINITY])('of %d is not past at 1000', validUntil => {
    expect(readVerdict(answer('go', { validUntil }), asked).decision).toBe('go')
  })
})

describe('a subject', () => {
  test.each([
    ['place', { place: 'aws/us-west-2' }, 'asker was asked about place aws/us-east-1 and answered about aws/us-west-2'],
    ['place around it', { place: 'aws' }, 'asker was asked about place aws/us-east-1 and answered about aws'],
    ['version', { version: '1.9.9' }, 'asker was asked about version 2.0.0 and answered about 1.9.9'],
  ])('that is another %s is wait with code other-subject, whatever was decided', (_, subject, message) => {
    for (const decision of ['go', 'stop'] as const) {
      const result = readVerdict(answer(decision, { subject }), asked)
      expect(result.decision).toBe('wait')
      expect(result.reasons).toEqual([{ code: 'other-subject', message }, ...answer(decision).reasons])
    }
  })

  test('that was not asked about is kept', () => {
    const result = readVerdict(answer('go', { subject: { place: 'aws/r' } }), { ...asked, subject: { version: '2' } })
    expect(result.subject).toEqual({ place: 'aws/r', version: '2' })
  })

  test('left undefined in the answer does not erase what was asked about', () => {
    const subject = { place: undefined, version: '2.0.0' } as never
    expect(readVerdict(answer('go', { subject }), asked).subject).toEqual(asked.subject)
  })
})

describe('verdictOfError', () => {
  test('is wait with code error, in the words of whatever was thrown', () => {
    expect(verdictOfError(new Error('no route'), asked).reasons).toEqual([
      { code: 'error', message: 'asker: no route' },
    ])
    expect(verdictOfError({ status: 503 }, asked).reasons[0]?.message).toBe('asker: {"status":503}')
    fc.assert(
      fc.property(anything, value => {
        expect(verdictOfError(value, asked).decision).toBe('wait')
      }),
    )
  })

  test('has code timeout for an error of that code, and for no other', () => {
    expect(verdictOfError(new AndonError('timeout', 'late'), asked).reasons[0]?.code).toBe('timeout')
    expect(verdictOfError(new AndonError('invalid-place', 'bad'), asked).reasons[0]?.code).toBe('error')
    expect(verdictOfError(Object.assign(new Error('x'), { code: 'timeout' }), asked).reasons[0]?.code).toBe('error')
  })
})
