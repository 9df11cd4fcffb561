import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedBuffer } from '../../src/core/bounded-buffer.ts'

type Step = { do: 'push' } | { do: 'shift' } | { do: 'drain'; max: number }
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'push' }) },
    fc.constant<Step>({ do: 'shift' }),
    fc.nat(4).map((max): Step => ({ do: 'drain', max })),
  ),
  { maxLength: 60 },
)

test.each(['oldest', 'newest'] as const)('behaves as a list of limited length that drops the %s', drop => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (capacity, todo) => {
      const buffer = boundedBuffer<number>({ capacity, drop })
      const model: number[] = []
      let dropped = 0
      todo.forEach((step, i) => {
        if (step.do === 'push') {
          const full = model.length === capacity
          if (full) dropped++
          if (!(full && drop === 'newest')) model.push(i)
          if (model.length > capacity) model.shift()
          expect(buffer.push(i)).toBe(!full)
        } else if (step.do === 'shift') expect(buffer.shift()).toBe(model.shift())
        else expect(buffer.drain(step.max)).toEqual(model.splice(0, step.max))
        expect([buffer.size, buffer.dropped]).toEqual([model.length, dropped])
      })
      expect(buffer.drain()).toEqual(model)
    }),
  )
})

test('drops the oldest when nobody says otherwise', () => {
  const buffer = boundedBuffer<string>({ capacity: 2 })
  for (const item of ['a', 'b', 'c']) buffer.push(item)
  expect(buffer.drain()).toEqual(['b', 'c'])
})

test.each([[{ capacity: 0 }], [{ capacity: 1.5 }], [{ capacity: 1, drop: 'middle' }]])('%j is refused', options => {
  expect(() => boundedBuffer(options as never)).toThrow('boundedBuffer')
})
