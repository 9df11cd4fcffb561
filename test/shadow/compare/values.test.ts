import { describe, expect, test } from 'vitest'
import { answer, compare, diff, told } from './support.ts'

describe('how values appear', () => {
  test('cut to 80 characters, whatever they are', () => {
    const long = { a: 'x'.repeat(1_000_000) }
    const [line] = diff(long, { a: Array.from({ length: 1000 }, () => ({ b: 'y' })) })
    const [one, other] = line!.replace('type $.a: ', '').split(' / ')
    expect(one).toBe(`"${'x'.repeat(78)}…`)
    expect(other).toBe(
      `${'[{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"},{"b":"y"}'.slice(0, 79)}…`,
    )
  })

  test('as salted hashes, by which equal values are known', () => {
    const options = { values: 'hash', salt: 's' } as const
    const [a, b] = diff({ a: 1, b: [{ c: 1 }] }, { a: 2, b: [{ c: 2 }] }, options)
    expect(a).toMatch(/^changed \$\.a: sha256:[0-9a-f]{12} \/ sha256:[0-9a-f]{12}$/)
    expect(b!.replace('$.b[0].c', '$.a')).toBe(a)
    expect(diff({ a: 1 }, { a: 2 }, { ...options, salt: 't' })[0]).not.toBe(a)
    expect(diff({ a: 1 }, { a: 2 }, { values: 'hash' })).not.toEqual(diff({ a: 1 }, { a: 2 }, { values: 'hash' }))
  })

  test('not at all', () => {
    expect(diff({ a: 1 }, { a: 2 }, { values: 'none' })).toEqual(['changed $.a: - / -'])
  })

  test('keys of items and keys that are data likewise', () => {
    const by = (n: number) => ({ list: [{ id: 'ada@example.com', n }], byId: { 12345: { n } } })
    const keyed = { '$.list': 'id' }
    expect(diff(by(1), by(2), { keyed }).map(line => line.split(': ')[0])).toEqual([
      'changed $.list[id=ada@example.com].n',
      "changed $.byId['12345'].n",
    ])
    expect(diff(by(1), by(2), { keyed, values: 'none' })).toEqual([
      'changed $.list[id=*].n: - / -',
      'changed $.byId.*.n: - / -',
    ])
    const hashed = diff(by(1), by(2), { keyed, values: 'hash' })
    expect(hashed[0]).toMatch(/^changed \$\.list\[id=sha256:[0-9a-f]{12}\]\.n: /)
    expect(hashed[1]).toMatch(/^changed \$\.byId\['sha256:[0-9a-f]{12}'\]\.n: /)
  })

  test('binary bodies and secrets likewise', async () => {
    const type = { 'content-type': 'image/png' }
    const told = async (values: 'hash' | 'none') =>
      (await compare(answer('a', type), answer('b', type), { values })).differences[0]
    expect(await told('none')).toEqual({ path: 'body', field: 'body', kind: 'changed' })
    expect((await told('hash'))!.primary).toMatch(/^sha256:[0-9a-f]{12}$/)
  })
})

describe('redaction', () => {
  const redact = (path: string, value: unknown) => (/(password|email)$/.test(path) ? '[gone]' : value)

  test('gives what to show, within objects, lists and keys, too', () => {
    expect(diff({ password: 1, a: 1 }, { password: 2, a: 2 }, { redact })).toEqual([
      'changed $.password: "[gone]" / "[gone]"',
      'changed $.a: 1 / 2',
    ])
    expect(diff({}, { user: [{ name: 'Ada', password: 'x' }] }, { redact })).toEqual([
      'extra $.user: - / [{"name":"Ada","password":"[gone]"}]',
    ])
    const users = (n: number) => [{ email: 'ada@example.com', n }]
    expect(diff(users(1), users(2), { redact, keyed: { $: 'email' } })).toEqual(['changed $[email=[gone]].n: 1 / 2'])
  })

  test('is asked with paths of XML, of lines and of headers', async () => {
    const seen: string[] = []
    const options = {
      redact: (path: string) => {
        seen.push(path)
        return 'x'
      },
    }
    const xml = (text: string) => answer(text, { 'content-type': 'text/xml', 'x-a': text.length.toString() })
    await compare(xml('<a><b c="1"/></a>'), xml('<a/>'), options)
    await compare(answer('x'), answer('y'), options)
    expect([...new Set(seen)]).toEqual(['header:x-a', '/a/b', 'line 1'])
  })

  test('that throws shows nothing, and breaks nothing', async () => {
    const options = {
      redact: () => {
        throw new Error('no')
      },
    }
    expect(diff({ a: 1 }, { a: 2 }, options)).toEqual(['changed $.a: - / -'])
    expect(diff([{ id: 1, n: 1 }], [{ id: 1, n: 2 }], { ...options, keyed: { $: 'id' } })).toEqual([
      'changed $[id=*].n: - / -',
    ])
    expect(told((await compare(answer('x'), answer('y'), options)).differences)).toEqual(['changed line 1: - / -'])
  })

  test('that throws within an object shows nothing of it', () => {
    const options = {
      redact: (path: string, value: unknown) => {
        if (path.includes('secret')) throw new Error('no')
        return value
      },
    }
    expect(diff({ a: { b: 1, secret: 2 } }, {}, options)).toEqual(['missing $.a: - / -'])
  })

  test('that gives what is no JSON breaks nothing', () => {
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    for (const value of [undefined, 1n, Symbol('x'), cyclic, () => 1])
      for (const values of ['show', 'hash'] as const)
        expect(diff({ a: 1 }, { a: 2 }, { values, redact: () => value })).toHaveLength(1)
  })
})
