import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from '../../src/core/heap.ts'

const ascending = (a: number, b: number) => a - b

test('pops everything that was pushed, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), numbers => {
      const heap = new Heap<number>(ascending)
      for (const n of numbers) heap.push(n)
      expect(heap.size).toBe(numbers.length)
      expect(numbers.map(() => heap.pop())).toEqual([...numbers].sort(ascending))
      expect(heap.size).toBe(0)
    }),
  )
})

test('pushes and pops in any mixture do what a sorted list does', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), steps => {
      const heap = new Heap<number>(ascending)
      const model: number[] = []
      for (const step of steps) {
        if (step === null) expect(heap.pop()).toBe(model.shift())
        else {
          heap.push(step)
          model.push(step)
          model.sort(ascending)
        }
        expect([heap.size, heap.peek()]).toEqual([model.length, model[0]])
      }
    }),
  )
})

test('an empty heap pops and peeks undefined, and stays usable', () => {
  const heap = new Heap<number>(ascending)
  expect([heap.pop(), heap.peek(), heap.size]).toEqual([undefined, undefined, 0])
  heap.push(1)
  expect(heap.pop()).toBe(1)
})
