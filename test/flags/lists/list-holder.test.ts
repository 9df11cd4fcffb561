import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildIdList, buildIdListSync, type ListEvent, listHolder } from '../../../src/flags/index.ts'

const listOf = (size: number, from = 0) => buildIdListSync(Array.from({ length: size }, (_, i) => String(from + i)))

test('holds nothing, then what was swapped in', () => {
  const holder = listHolder()
  expect([holder.current.size, holder.has('1')]).toEqual([0, false])
  const next = listOf(3)
  expect(holder.swap(next)).toMatchObject({ type: 'swapped', list: next, forced: false })
  expect([holder.current, holder.has('1')]).toEqual([next, true])
})

test('a list that loses more than the share is refused and reported; the old one answers', () => {
  const seen: ListEvent[] = []
  const warned: unknown[] = []
  const holder = listHolder({
    name: 'deny',
    initial: listOf(10),
    logger: { warn: (...words) => void warned.push(words) },
  })
  holder.onChange(event => seen.push(event))
  const outcome = holder.swap(listOf(7))
  expect(outcome).toMatchObject({ type: 'refused', error: { code: 'list-shrunk' } })
  expect((outcome as { error: Error }).error.message).toBe(
    'deny: expected a list that shrinks by at most 20 % in one update, got one of 7 ids for one of 10 (30 %)',
  )
  expect(holder.has('9')).toBe(true)
  expect(seen).toEqual([outcome])
  expect(warned).toHaveLength(1)
  expect(holder.swap(listOf(7), { force: true })).toMatchObject({ type: 'swapped', forced: true })
  expect(holder.has('9')).toBe(false)
})

test('is refused exactly when the loss is more than the share', () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 100 }), (from, to, percent) => {
      const holder = listHolder({ initial: listOf(from), maxShrink: percent / 100 })
      const refused = holder.swap(listOf(to)).type === 'refused'
      expect(refused).toBe((from - to) * 100 > from * percent)
    }),
  )
})

test('listeners that throw or reject break nothing and are counted; one that stopped hears nothing', async () => {
  const holder = listHolder()
  const heard: string[] = []
  holder.onChange(() => {
    throw new Error('mine')
  })
  holder.onChange((async () => {
    throw new Error('later')
  }) as () => void)
  const stop = holder.onChange(event => heard.push(`a ${event.type}`))
  holder.onChange(event => heard.push(`b ${event.type}`))
  holder.swap(listOf(1))
  stop()
  holder.swap(listOf(2))
  await new Promise(setImmediate)
  expect(heard).toEqual(['a swapped', 'b swapped', 'b swapped'])
  expect(holder.listenerFailures()).toBe(4)
})

test('lookups while lists are built and swapped see one whole version or the other', async () => {
  const even = Array.from({ length: 20_000 }, (_, i) => String(2 * i))
  const odd = even.map(id => String(Number(id) + 1))
  const holder = listHolder({ initial: buildIdListSync(even) })
  const wrong: string[] = []
  let looks = 0
  const looker = setInterval(() => {
    looks++
    const { current } = holder
    const isEven = current.has('0')
    for (let i = 0; i < 2000; i++) if (current.has(String(i)) !== ((i % 2 === 0) === isEven)) wrong.push(String(i))
  }, 0)
  for (let i = 1; i <= 10; i++) holder.swap(await buildIdList((i % 2 === 0 ? even : odd).join('\n'), { sliceMs: 0 }))
  clearInterval(looker)
  expect(wrong).toEqual([])
  expect(looks).toBeGreaterThan(5)
})

test('what is no list is refused, and so are odd options', () => {
  expect(() => listHolder({ maxShrink: 2 })).toThrow('listHolder maxShrink: expected a number, 0 to 1, got 2')
  expect(() => listHolder({ initial: new Map() as never })).toThrow('listHolder initial.version: expected a string')
  expect(() => listHolder({ initial: new WeakSet() as never })).toThrow(
    'listHolder initial.size: expected a whole number',
  )
  expect(() => listHolder().swap(undefined as never)).toThrow('swap next: expected an object with has')
  expect(() => listHolder().onChange(1 as never)).toThrow('onChange listener: expected a function, got 1')
})
