import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Axis, fitAxis } from '../../../../src/parts/report/charts/axis.ts'

const fitted = (values: number[], axis: Partial<Axis> = {}) => fitAxis({ label: 'latency', ...axis }, values)
const ends = (values: number[], axis?: Partial<Axis>) => {
  const { shownAt } = fitted(values, axis)
  return [shownAt(0), shownAt(1)].map(n => Number(n.toPrecision(6)))
}
const texts = (values: number[], axis?: Partial<Axis>) =>
  fitted(values, axis)
    .ticks(5)
    .map(t => t.text)

test('a linear axis goes from 0 to a round number above all values, and below 0 for what is below', () => {
  expect(ends([3, 87])).toEqual([0, 100])
  expect(ends([-3, 7])).toEqual([-4, 8])
  expect(texts([3, 87])).toEqual(['0', '20', '40', '60', '80', '100'])
  expect(texts([0.7, 2.4])).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0', '2.5'])
})

test('the ends that are given are kept to, and values beyond them stand at them', () => {
  expect(ends([3, 87], { from: 3, to: 37 })).toEqual([3, 37])
  expect(ends([3, 87], { to: 37 })).toEqual([0, 37])
  expect(ends([3, 87], { from: 7 })).toEqual([7, 100])
  const { place } = fitted([3, 87], { from: 10, to: 20 })
  expect([place(3), place(15), place(87)]).toEqual([0, 0.5, 1])
})

test('shares are shown in percent, and the title says the unit', () => {
  expect(fitted([0.4], { unit: 'share' }).title).toBe('latency (%)')
  expect(fitted([0.4], { unit: 'ms' }).title).toBe('latency (ms)')
  expect(fitted([0.4]).title).toBe('latency')
  expect(fitted([0.4], { unit: 'share' }).shown(0.4)).toBe(40)
  expect(texts([0.4], { unit: 'share', from: 0, to: 1 })).toEqual(['0', '20', '40', '60', '80', '100'])
})

test('a logarithmic axis gives each power of ten as much room, and numbers in full', () => {
  expect(ends([12, 730], { scale: 'log' })).toEqual([10, 1000])
  const { place } = fitted([12, 730], { scale: 'log' })
  expect(place(100)).toBeCloseTo(0.5)
  expect(texts([12, 7300], { scale: 'log' })).toEqual(expect.arrayContaining(['10', '100', '1,000', '10,000']))
})

test('what has no logarithm makes the axis linear', () => {
  expect(ends([0, 730], { scale: 'log' })).toEqual([0, 800])
  expect(ends([12, 730], { scale: 'log', from: 0 })).toEqual([0, 800])
  expect(ends([], { scale: 'log' })).toEqual([0, 1])
})

test('values that are all alike, and ends that are the wrong way round, still give an axis', () => {
  expect(ends([0, 0])).toEqual([0, 1])
  expect(ends([5], { from: 5, to: 5 })).toEqual([5, 10])
  expect(ends([5], { from: 9, to: 3 })).toEqual([9, 18])
  expect(ends([-7], { to: -7 })).toEqual([-7, 0])
})

test('values and ends too close for numbers to tell apart still give an axis with ticks', () => {
  for (const [values, axis] of [
    [[], { from: 5e-324 }],
    [[-5e-324], {}],
    [[5e-324], { scale: 'log' }],
    [[1e-59], { scale: 'log', to: 0 }],
    [[1], { from: 1e12, to: 1e12 + 1e-4 }],
  ] as [number[], Partial<Axis>][]) {
    const { place, ticks } = fitted(values, axis)
    expect(values.map(place).filter(Number.isNaN)).toEqual([])
    expect(ticks(5).length).toBeGreaterThan(1)
  }
})

test('whatever the values and the ends, every value and every tick has a place on the axis', () => {
  const value = fc.double({ min: -1e12, max: 1e12, noNaN: true })
  const options = fc.record(
    { from: value, to: value, scale: fc.constantFrom('linear', 'log'), unit: fc.constantFrom('ms', 'share') },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(value), options, (values, axis) => {
      const { place, ticks } = fitted(values, axis as Partial<Axis>)
      for (const at of [...values.map(place), ...ticks(5).map(t => t.place)]) {
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThanOrEqual(1)
      }
    }),
  )
})
