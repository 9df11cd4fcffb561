import type { AnswerDifference, Comparison } from '../../../../src/shadow/compare/comparison.ts'

export const same: Comparison = { equal: true, differences: [], by: 'json', complete: true }

export const difference = (field: string, kind: AnswerDifference['kind'] = 'changed'): AnswerDifference => ({
  path: field.replace('[*]', '[3]'),
  field,
  kind,
  primary: '"a"',
  candidate: '"b"',
})

/** A comparison with a change in each of the fields. */
export const differing = (...fields: string[]): Comparison => ({
  equal: fields.length === 0,
  differences: fields.map(field => difference(field)),
  by: 'json',
  complete: true,
})
