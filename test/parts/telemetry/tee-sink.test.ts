import { expect, test } from 'vitest'
import { teeSink } from '../../../src/parts/telemetry/index.ts'

test('every sink gets every point, whatever the others do', () => {
  const got: unknown[] = []
  const broken = {
    record() {
      throw new Error('no')
    },
  }
  const late = { record: () => Promise.reject(new Error('no')) as never }
  const tee = teeSink(broken, late, { record: point => void got.push(point) })
  const point = { metric: 'A', place: 'aws', value: 1, dimensions: { Canary: 'a' } }
  tee.record(point)
  expect(got).toEqual([point])
  expect(() => teeSink({} as never)).toThrow('teeSink 0')
})
