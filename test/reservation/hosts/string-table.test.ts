import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StringTable } from '../../../src/reservation/hosts/string-table.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', 'a', 'aws/r1/z1/-/h1', 'é', '😀'),
)

test('numbers its texts like a Map that is never emptied, also after it was written down', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), fc.array(text), (given, asked) => {
      const table = new StringTable()
      const model = new Map<string, number>()
      for (const one of given) {
        if (!model.has(one)) model.set(one, model.size)
        expect(table.intern(one)).toBe(model.get(one))
      }
      for (const same of [table, StringTable.from(table.dump())]) {
        expect(same.size).toBe(model.size)
        for (const one of [...given, ...asked]) expect(same.find(one)).toBe(model.get(one) ?? -1)
        for (const [one, number] of model) expect(same.get(number)).toBe(one)
      }
    }),
  )
})

test('goes on after it was read, and over pages and rehashes', () => {
  const name = (i: number) => `${'x'.repeat(60)}/${i}`
  let table = new StringTable()
  for (let i = 0; i < 40_000; i++) {
    // Now and then it is written down and read again: 40,000 of 65 bytes are three pages.
    if (i % 15_000 === 14_999) table = StringTable.from(table.dump())
    expect(table.intern(name(i))).toBe(i)
  }
  for (let i = 0; i < 40_000; i += 7) {
    expect(table.find(name(i))).toBe(i)
    expect(table.get(i)).toBe(name(i))
  }
  expect(table.find(name(40_000))).toBe(-1)
})

test('takes 4,096 bytes and no more', () => {
  const table = new StringTable()
  const longest = 'é'.repeat(2048)
  expect(table.intern(longest)).toBe(0)
  expect(table.get(0)).toBe(longest)
  for (const longer of [`${longest}x`, 'x'.repeat(4097), 'x'.repeat(100_000)]) {
    expect(table.find(longer)).toBe(-1)
    expect(() => table.intern(longer)).toThrow(RangeError)
  }
  expect(table.size).toBe(1)
})

test('what is cut off is no table', () => {
  const table = new StringTable()
  for (let i = 0; i < 10; i++) table.intern(`host ${i}`)
  const whole = table.dump()
  for (let length = 0; length < whole.length; length++)
    expect(() => StringTable.from(whole.subarray(0, length))).toThrow(RangeError)
})
