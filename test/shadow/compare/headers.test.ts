import { describe, expect, test } from 'vitest'
import type { HeaderBag } from '../../../src/shadow/answer.ts'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import { IGNORED_HEADERS } from '../../../src/shadow/compare/headers/header-lists.ts'
import { answer, compare, told } from './support.ts'

const differences = async (a: HeaderBag, b: HeaderBag, options: CompareOptions = {}) =>
  told((await compare(answer('x', a), answer('x', b), options)).differences)

describe('headers', () => {
  test('changed, missing and extra', async () => {
    expect(await differences({ a: '1', b: '2', e: 5 }, { a: '3', c: '4', e: '5' })).toEqual([
      'changed header:a: "1" / "3"',
      'missing header:b: "2" / -',
      'extra header:c: - / "4"',
    ])
  })

  test('names have no case, several values are a list, and none is none', async () => {
    expect(await differences({ 'X-A': ['1', '2'], 'x-b': undefined }, { 'x-a': '1, 2' })).toEqual([])
    expect(await differences({ 'x-a': ['1', '2'] }, { 'x-a': '2, 1' })).toHaveLength(1)
    expect(await differences({ 'X-A': '1', 'x-a': '2' }, { 'x-a': '1, 2' })).toEqual([])
  })

  test('types have no case, lists of names no order', async () => {
    expect(
      await differences(
        { 'content-type': 'text/plain; charset=UTF-8' },
        { 'content-type': 'Text/Plain;charset=utf-8' },
      ),
    ).toEqual([])
    expect(await differences({ vary: 'Origin, Accept' }, { vary: 'accept,origin' })).toEqual([])
    expect(await differences({ vary: 'Origin, Accept' }, { vary: 'accept' })).toHaveLength(1)
    expect(await differences({ 'cache-control': 'a, b' }, { 'cache-control': 'b, a' })).toHaveLength(1)
  })

  test('those that belong to a connection, a moment or a request do not count', async () => {
    const all = (value: string) => Object.fromEntries(IGNORED_HEADERS.map(name => [name, value]))
    expect(IGNORED_HEADERS).toEqual(IGNORED_HEADERS.map(name => name.toLowerCase()))
    expect(await differences({ ...all('1'), 'content-encoding': '' }, { ...all('2'), 'content-encoding': '' })).toEqual(
      [],
    )
  })

  test('more of them may be ignored, and ignored ones compared', async () => {
    const [a, b] = [
      { 'x-build': '1', 'x-debug-a': '1', server: '1' },
      { 'x-build': '2', 'x-debug-a': '2', server: '2' },
    ]
    expect(await differences(a, b, { ignoreHeaders: ['X-Build', 'x-debug-*'] })).toEqual([])
    expect(await differences(a, b, { ignore: ['header:x-build', 'header:X-Debug-*'] })).toEqual([])
    expect(await differences(a, b, { ignore: ['header:x-*'], compareHeaders: ['Server'] })).toEqual([
      'changed header:server: "1" / "2"',
    ])
    expect(await differences(a, b, { ignore: ['header:*'] })).toEqual([])
  })

  test('names that every object answers to', async () => {
    const odd = JSON.parse('{"__proto__":"1","constructor":"2"}') as HeaderBag
    expect(await differences(odd, {})).toEqual([
      'missing header:__proto__: "1" / -',
      'missing header:constructor: "2" / -',
    ])
    expect(await differences({}, odd)).toHaveLength(2)
  })
})

describe('cookies', () => {
  const cookie = (...lines: string[]) => ({ 'set-cookie': lines })

  test('by name, in whatever order, with attributes in whatever order and case', async () => {
    expect(
      await differences(
        cookie('a=1; Path=/; HttpOnly', 'b=2', 'c=3; Expires=Wed, 21 Oct 2026 07:28:00 GMT'),
        cookie('c=3; expires=Wed, 21 Oct 2026 07:29:00 GMT', 'b=2', 'a=1; httponly; path=/'),
      ),
    ).toEqual([])
  })

  test('values, attributes and names that differ; what they hold is not shown', async () => {
    expect(await differences(cookie('a=secret1', 'b=2; Secure', 'c=3'), cookie('a=secret2', 'b=2', 'd=4'))).toEqual([
      'changed header:set-cookie[a]: - / -',
      'changed header:set-cookie[b]: - / -',
      'missing header:set-cookie[c]: - / -',
      'extra header:set-cookie[d]: - / -',
    ])
  })

  test('but hashed', async () => {
    const [line] = await differences(cookie('a=secret1'), cookie('a=secret2'), { values: 'hash' })
    expect(line).toMatch(/^changed header:set-cookie\[a\]: sha256:[0-9a-f]{12} \/ sha256:[0-9a-f]{12}$/)
  })

  test('of one name are a multiset', async () => {
    expect(await differences(cookie('a=1', 'a=2'), cookie('a=2', 'a=1'))).toEqual([])
    expect(await differences(cookie('a=1', 'a=2'), cookie('a=2', 'a=2'))).toHaveLength(1)
  })

  test('one may be ignored, all may be', async () => {
    const [a, b] = [cookie('Session=1', 'b=1'), cookie('Session=2', 'b=2')]
    expect(await differences(a, b, { ignore: ['header:set-cookie[Session]'] })).toEqual([
      'changed header:set-cookie[b]: - / -',
    ])
    expect(await differences(a, b, { ignoreHeaders: ['set-cookie'] })).toEqual([])
  })

  test('names that are data do not make fields', async () => {
    const found = await compare(answer('x', cookie('n123=1', '0123456789abcdef0=1')), answer('x'))
    expect(found.differences.map(d => d.field)).toEqual(['header:set-cookie[n123]', 'header:set-cookie[*]'])
  })
})

test('what gives access is never shown', async () => {
  expect(await differences({ 'x-api-key': 'k1' }, { 'x-api-key': 'k2' })).toEqual(['changed header:x-api-key: - / -'])
})
