import { expect, test } from 'vitest'
import { staticSource } from '../../../src/flags/sources/static-source.ts'
import { recorder } from './support.ts'

const versions = (told: { kind: string; version?: string }[]) => told.map(t => t.version)

test('the document is told within start, as an object or as text', () => {
  const { sink, told } = recorder()
  staticSource({ flag: { enabled: true } }).start(sink)
  staticSource('{"flag":{"enabled":true}}').start(sink)
  expect(told).toMatchObject([
    { kind: 'document', content: { flag: { enabled: true } } },
    { kind: 'document', content: '{"flag":{"enabled":true}}' },
  ])
  expect(versions(told)[0]).toBe(versions(told)[1])
})

test('set tells everybody who started it, at once, and the same document has the same version', async () => {
  const source = staticSource({ flag: { enabled: true } })
  const [one, other] = [recorder(), recorder()]
  const handle = source.start(one.sink)
  source.start(other.sink)
  source.set({ flag: { enabled: false } })
  source.set({ flag: { enabled: true } })
  expect(one.told).toEqual(other.told)
  expect(one.told).toHaveLength(3)
  expect(versions(one.told)[0]).toBe(versions(one.told)[2])
  expect(versions(one.told)[0]).not.toBe(versions(one.told)[1])
  await handle.refresh()
  expect(one.told.at(-1)).toEqual({ kind: 'unchanged' })
  await handle.close()
  source.set({})
  await handle.refresh()
  expect(one.told).toHaveLength(4)
  expect(other.told).toHaveLength(4)
})

test('it takes a copy, which keeps keys that would pollute', () => {
  const document = JSON.parse('{"__proto__":{"enabled":true},"flag":{"enabled":true}}') as { flag: object }
  const { sink, told } = recorder()
  const source = staticSource(document)
  Object.assign(document.flag, { enabled: false })
  source.start(sink)
  const { content } = told[0] as { content: object }
  expect(JSON.stringify(content)).toBe('{"__proto__":{"enabled":true},"flag":{"enabled":true}}')
  expect(Object.getPrototypeOf(content)).toBe(Object.prototype)
})

test('a sink that throws does not keep others from being told', () => {
  const source = staticSource({})
  const throwing = () => {
    throw new Error('the sink')
  }
  source.start({ document: throwing, unchanged: throwing, failed: throwing })
  const { sink, told } = recorder()
  source.start(sink)
  source.set({ flag: { enabled: true } })
  expect(told).toHaveLength(2)
})

const cyclic: { self?: object } = {}
cyclic.self = cyclic
test.each([[undefined], [null], [7], [cyclic], [{ big: 1n }]])('%o is refused, and changes nothing', bad => {
  const refused = expect.objectContaining({
    code: 'invalid-option',
    message: expect.stringContaining('staticSource document:'),
  })
  expect(() => staticSource(bad as object)).toThrow(refused)
  const source = staticSource({ flag: { enabled: true } })
  expect(() => source.set(bad as object)).toThrow(refused)
  const { sink, told } = recorder()
  source.start(sink)
  expect(told).toMatchObject([{ content: { flag: { enabled: true } } }])
})
