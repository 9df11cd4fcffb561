import { describe, expect, expectTypeOf, test } from 'vitest'
import { createFlagClient, defineFlags, staticSource } from '../../src/flags/index.ts'

const declared = defineFlags({
  search: { enabled: false, value: { color: 'grey', size: 3, tags: ['a'] } },
  plain: { enabled: true },
})
const make = (document: object) => {
  const source = staticSource(document)
  const flags = createFlagClient({ source, flags: declared })
  const errors: string[] = []
  flags.onError(e => errors.push(e.message))
  return { source, flags, errors }
}

describe('documents are held against the declaration', () => {
  test('an attribute of another type spoils its flag alone, which keeps its last good form', () => {
    const { source, flags, errors } = make({ search: { enabled: true, color: 'blue' } })
    source.set({ search: { enabled: true, color: 7 }, plain: { enabled: false } })
    expect(errors.join()).toContain('flag search: attribute "color": expected a text, as "grey" is')
    expect([flags.value('search').color, flags.enabled('plain')]).toEqual(['blue', false])
  })

  test('so does one in a variant, and without a last good form the flag is what was declared', () => {
    const variants = [
      { name: 'eu', enabled: true, rule: '(eq $r "eu")', attributeValues: { size: 'large' } },
      { name: 'default', enabled: true },
    ]
    const document = { version: '1', flags: { search: { name: 's' } }, values: { search: { _variants: variants } } }
    const { flags } = make(document)
    expect(flags.evaluate('search')).toMatchObject({ enabled: false, reason: 'parse-error', value: { size: 3 } })
  })

  test('an attribute that the document does not have is the declared one', () => {
    const { flags } = make({ search: { enabled: false }, plain: { enabled: true, extra: 1 } })
    expect(flags.value('search')).toEqual({ color: 'grey', size: 3, tags: ['a'] })
    expect(flags.value('plain')).toEqual({ extra: 1 })
  })

  test('values have the declared types', () => {
    const { flags } = make({})
    expectTypeOf(flags.value('search').color).toEqualTypeOf<string>()
    expectTypeOf(flags.value('search').size).toEqualTypeOf<number>()
    // @ts-expect-error nobody declared it
    flags.enabled('serch')
  })
})

test.each([
  [{ key: 'id', denny: ['x'] }, 'audiences["search"]["denny"]: expected one of key, kill, deny'],
  [{ key: 'id', cohorts: [{ name: 'a', list: [], shre: 0.1 }] }, 'cohorts[0]["shre"]'],
  [{ key: 'id', ladder: { rungs: ['all'], att: {} } }, 'ladder["att"]'],
])('an audience with a letter wrong, %j, is refused, not half understood', (audience, message) => {
  const errors: string[] = []
  const source = staticSource({ search: { enabled: true } })
  const flags = createFlagClient({ source, audiences: staticSource({}) })
  flags.onError(e => errors.push(e.message))
  const other = createFlagClient({ source, audiences: { search: audience as never } })
  expect(other.evaluate('search', { id: 'x' })).toMatchObject({ enabled: false, reason: 'parse-error' })
  expect(errors).toEqual([])
  const told: string[] = []
  const audiences = staticSource({})
  const third = createFlagClient({ source, audiences })
  third.onError(e => told.push(e.message))
  audiences.set({ search: audience })
  expect(told.join()).toContain(message)
})
