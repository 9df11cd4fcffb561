import { expect, test } from 'vitest'
import { verdict } from '../../src/core/verdict.ts'

test('has one reason, and an empty subject when none is given', () => {
  expect(verdict('stop', { source: 'alarm', at: 5 }, 'rate', 'too many errors')).toEqual({
    decision: 'stop',
    reasons: [{ code: 'rate', message: 'too many errors' }],
    subject: {},
    source: 'alarm',
    at: 5,
  })
})

test('carries subject, end, evidence and the detail of its reason', () => {
  const basis = { source: 'alarm', at: 5, subject: { place: 'aws' }, validUntil: 9, evidence: { count: 3 } }
  expect(verdict('go', basis, 'rate', 'few errors', { limit: 0.01 })).toEqual({
    ...basis,
    decision: 'go',
    reasons: [{ code: 'rate', message: 'few errors', detail: { limit: 0.01 } }],
  })
})

test('has no key for what was not given', () => {
  const given = verdict('go', { source: 'alarm', at: 5 }, 'ok', 'fine')
  expect(Object.keys(given).sort()).toEqual(['at', 'decision', 'reasons', 'source', 'subject'])
  expect(Object.keys(given.reasons[0]!)).toEqual(['code', 'message'])
})
