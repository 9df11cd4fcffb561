import { describe, expect, test } from 'vitest'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import { looksLikeName } from '../../../src/shadow/compare/paths/looks-like-name.ts'
import { createFieldTable } from '../../../src/shadow/noise/field-table.ts'
import { answer, compare } from './support.ts'

const places = async (a: unknown, b: unknown, options: CompareOptions) =>
  (await compare(answer(a), answer(b), options)).differences.map(({ path, field }) => [path, field])
const xml = (text: string) => answer(text, { 'content-type': 'application/xml' })
const HASH = 'sha256:[0-9a-f]{12}'

describe('names in a program', () => {
  test.each(
    'createdAt user_id x-rate-limit _links __typename $ref address1 address_line_1 oauth2Token p99 URL userID isInUse'
      .split(' ')
      .concat('getXMLHttpRequest', 'estimatedDeliveryTimeWindowStart', 'a', 'id'),
  )('%s is one', key => expect(looksLikeName(key)).toBe(true))

  test.each(
    'ada@example.com cus_9s6XKzkNRiz8i3 customer-12345 V1StGXR8_Z5jdHi6B-myT aBcDeFgHiJ 2fa ada.lovelace +4179 größe @ada'
      .split(' ')
      .concat('', 'Ada Lovelace', 'x'.repeat(41), 'a\n', '*', 'a--b', '12', "o'neill", '__proto__ '),
  )('%j may be data', key => expect(looksLikeName(key)).toBe(false))
})

describe('keys of JSON that may be personal data', () => {
  const body = (n: number) => ({
    users: { 'ada@example.com': { lastLogin: n }, 'bob.b@example.com': { lastLogin: n } },
    byId: { cus_9s6XKzkNRiz8i3: n },
    address_line_1: n,
  })

  test('are shown as they are where values are', async () => {
    expect(await places(body(1), body(2), {})).toEqual([
      ["$.users['ada@example.com'].lastLogin", "$.users['ada@example.com'].lastLogin"],
      ["$.users['bob.b@example.com'].lastLogin", "$.users['bob.b@example.com'].lastLogin"],
      ['$.byId.cus_9s6XKzkNRiz8i3', '$.byId.cus_9s6XKzkNRiz8i3'],
      ['$.address_line_1', '$.address_line_1'],
    ])
  })

  test('are left out where values are, and group to one field', async () => {
    expect(await places(body(1), body(2), { values: 'none' })).toEqual([
      ['$.users.*.lastLogin', '$.users.*.lastLogin'],
      ['$.users.*.lastLogin', '$.users.*.lastLogin'],
      ['$.byId.*', '$.byId.*'],
      ['$.address_line_1', '$.address_line_1'],
    ])
  })

  test('are hashed where values are, as the value would be: who has a key knows it again', async () => {
    const options = { values: 'hash', salt: 's' } as const
    const [ada, bob, id] = await places({ ...body(1), mail: 1 }, { ...body(2), mail: 1 }, options)
    expect(ada![0]).toMatch(new RegExp(`^\\$\\.users\\['${HASH}'\\]\\.lastLogin$`))
    expect([ada![1], bob![1], id![1]]).toEqual(['$.users.*.lastLogin', '$.users.*.lastLogin', '$.byId.*'])
    expect(bob![0]).not.toBe(ada![0])
    const { differences } = await compare(answer({ mail: 'ada@example.com' }), answer({ mail: 'x' }), options)
    expect(ada![0]).toContain(differences[0]!.primary)
  })

  test('missing and extra ones, those in lists, and those beside ignored ones, are nowhere in what is told', async () => {
    const [a, b] = [
      { 'ada@example.com': { 'ada@example.com': 1 }, list: [{ 'ada@example.com': 1, id: 'ada@example.com' }] },
      { 'eve@example.com': 1, list: [{ 'ada@example.com': 2, id: 'ada@example.com' }] },
    ]
    for (const values of ['hash', 'none'] as const)
      for (const keyed of [{}, { '$.list': 'id' }]) {
        const found = await compare(answer(a), answer(b), { values, keyed })
        expect(found.differences.map(d => d.field)).toEqual(['$.*', '$.list[*].*', '$.*'])
        expect(JSON.stringify(found)).not.toMatch(/ada|eve|example/)
      }
  })

  test('rules still see them by their names', async () => {
    const options = { values: 'none', ignore: ["$.users['ada@example.com']", '$.byId'] } as const
    expect(await places(body(1), body(2), options)).toEqual([
      ['$.users.*.lastLogin', '$.users.*.lastLogin'],
      ['$.address_line_1', '$.address_line_1'],
    ])
  })

  test('however many there are, the table of fields counts one, once for each comparison', async () => {
    const table = createFieldTable({ maxFieldsPerEndpoint: 5 })
    const by = (c: number, n: number) =>
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`u${c}.${i}@example.com`, n]))
    for (let c = 0; c < 20; c++)
      table.record('GET /', await compare(answer(by(c, 1)), answer(by(c, 2)), { values: 'hash' }), {
        against: 'candidate',
        at: c,
      })
    const [endpoint] = table.read().endpoints
    expect(endpoint!.fields.map(({ field, mismatches }) => [field, mismatches.candidate])).toEqual([['$.*', 20]])
    expect(JSON.stringify(table.read())).not.toContain('@')
  })
})

describe('names of XML that may be personal data', () => {
  const text = (n: number) =>
    xml(
      `<users xmlns:u="u"><ada.lovelace u:n12345="${n}" lastLogin="${n}"><u:note>${n}</u:note></ada.lovelace></users>`,
    )
  const all = async (options: CompareOptions) =>
    (await compare(text(1), text(2), options)).differences.map(({ path, field }) => [path, field])

  test('are shown as they are where values are', async () => {
    const shown = ['/users/ada.lovelace/@u:n12345', '/users/ada.lovelace/@lastLogin', '/users/ada.lovelace/u:note']
    expect(await all({})).toEqual(shown.map(path => [path, path]))
  })

  test('are left out or hashed where values are', async () => {
    const fields = ['/users/*/@*', '/users/*/@lastLogin', '/users/*/u:note']
    expect(await all({ values: 'none' })).toEqual(fields.map(field => [field, field]))
    const hashed = await all({ values: 'hash' })
    expect(hashed.map(([, field]) => field)).toEqual(fields)
    expect(hashed[0]![0]).toMatch(new RegExp(`^/users/${HASH}/@${HASH}$`))
    expect(hashed[2]![0]).toMatch(new RegExp(`^/users/${HASH}/u:note$`))
  })

  test('of elements in another order are not told either', async () => {
    const [a, b] = [xml('<l><a.a/><b.b/></l>'), xml('<l><b.b/><a.a/></l>')]
    for (const values of ['hash', 'none'] as const)
      expect(JSON.stringify(await compare(a, b, { values }))).not.toMatch(/[ab]\.[ab]/)
  })
})
