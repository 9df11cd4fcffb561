import { describe, expect, test } from 'vitest'
import { createKeptNames, LONGEST_NAME } from '../../../src/shadow/noise/kept-names.ts'

/** A table that counts how often each name was touched while it was kept. */
const kept = (most: number) => {
  const gone: string[] = []
  const names = createKeptNames<{ name: string; late: boolean; count: number }>({
    most,
    make: (name, late) => ({ name, late, count: 0 }),
    onGone: ({ name }) => gone.push(name),
  })
  let stamp = 0
  const touch = (...given: string[]) => {
    stamp++
    for (const name of given) {
      const value = names.touch(name, stamp)
      if (value) value.count++
    }
  }
  return { names, touch, gone, list: () => [...names].map(({ name }) => name) }
}

describe('names that are kept', () => {
  test('are the first that come, while there is room', () => {
    const { names, touch, list } = kept(3)
    touch('a', 'b')
    touch('b', 'c')
    expect(list()).toEqual(['a', 'b', 'c'])
    expect([...names].map(({ count, late }) => [count, late])).toEqual([
      [1, false],
      [2, false],
      [1, false],
    ])
  })

  test('do not give way to one that comes once, but to one that comes again', () => {
    const { names, touch, list, gone } = kept(2)
    touch('a', 'b')
    touch('a')
    touch('c')
    expect(list()).toEqual(['a', 'b'])
    touch('c')
    expect([list(), gone, names.gone]).toEqual([['a', 'c'], ['b'], 1])
    // It counts from the comparison after the one that brought it in.
    touch('c')
    expect([...names].find(({ name }) => name === 'c')).toEqual({ name: 'c', late: true, count: 1 })
  })

  test('one that comes many times in one comparison has come once', () => {
    const { touch, list } = kept(2)
    touch('a', 'b')
    touch('c', 'c', 'c')
    expect(list()).toEqual(['a', 'b'])
    touch('a', 'a', 'a')
    touch('b')
    touch('b')
    touch('c')
    // a was in two comparisons and b in three, whatever the number of touches.
    expect(list()).toEqual(['b', 'c'])
  })

  test('nonsense that came early does not shut out what comes often later, even while more nonsense comes', () => {
    const { touch, names } = kept(50)
    for (let i = 0; i < 500; i++) touch(`id-${i}`, `other-${i}`)
    for (let i = 500; i < 2500; i++) touch(`id-${i}`, `other-${i}`, ...(i % 10 === 0 ? ['real'] : []))
    const real = [...names].find(({ name }) => name === 'real')
    // In within the second or third time, and it stayed.
    expect(real?.count).toBeGreaterThan(190)
  })

  test('ids that come twice and never again do not drive out what comes often', () => {
    const { touch, names } = kept(50)
    touch('real')
    for (let i = 0; i < 5000; i++) touch(`id-${i >> 1}`, ...(i % 10 === 0 ? ['real'] : []))
    expect(names.gone).toBeGreaterThan(2000)
    expect([...names].find(({ name }) => name === 'real')).toEqual({ name: 'real', late: false, count: 501 })
  })

  test('what came often once and never again gives way in the end, and not the newest every time', () => {
    const { touch, names } = kept(20)
    for (let i = 0; i < 2000; i++) touch(`old-${i % 20}`)
    for (let i = 0; i < 2000; i++) touch(`id-${i >> 1}`, ...(i % 5 === 0 ? ['real'] : []))
    // As the newest, with the lowest score, it would have been driven out by each id that came twice.
    expect([...names].find(({ name }) => name === 'real')?.count).toBeGreaterThan(350)
  })

  test('are never more than there is room for, and are cut when they are long', () => {
    const { touch, list } = kept(10)
    const long = (end: string) => `${'x'.repeat(100_000)}${end}`
    for (let i = 0; i < 1000; i++) touch(`a${i % 37}`, `b${i % 11}`, long(`${i}`))
    expect(list()).toHaveLength(10)
    expect(Math.max(...list().map(name => name.length))).toBe(LONGEST_NAME)
    // All that begin alike are one: a name is a name only so far.
    expect(list().filter(name => name.startsWith('x'))).toHaveLength(1)
  })
})
