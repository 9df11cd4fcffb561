import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as picture } from '../../../../src/core/options.ts'
import { virtualClock } from '../../../../src/core/virtual-clock.ts'
import { byteDifference, seededBytes, sha256 } from '../../../../src/scenarios/steps/s3/content.ts'
import { eventually } from '../../../../src/scenarios/steps/shared/eventually.ts'
import { fill, fillJson, fillPath } from '../../../../src/scenarios/steps/shared/fill.ts'
import { jsonDifference } from '../../../../src/scenarios/steps/shared/json-difference.ts'
import { atPath, jsonPath } from '../../../../src/scenarios/steps/shared/json-path.ts'
import { cleanMessage, withoutSecretFields, withoutSecrets } from '../../../../src/scenarios/steps/shared/redact.ts'

describe('JSON paths', () => {
  test.each<[string, readonly (string | number)[]]>([
    ['$', []],
    ['$.a.b-c._d', ['a', 'b-c', '_d']],
    ['$[0][\'x y\']["z"]', [0, 'x y', 'z']],
    ['$.größe', ['größe']],
  ])('%s', (text, path) => expect(jsonPath(text)).toEqual(path))

  test.each(['', 'a', '$a', '$.', '$..a', '$[', '$[-1]', '$[*]', "$['a]", '$.a b'])('%s is none', text => {
    expect(() => jsonPath(text)).toThrow(/^JSON path .*: expected \$, then/)
  })

  test('only what JSON has is found', () => {
    const value = JSON.parse('{"a": [1, {"__proto__": 5}], "0": "zero"}') as unknown
    expect(atPath(value, ['a', 1, '__proto__'])).toBe(5)
    expect([atPath(value, ['a', 'length']), atPath(value, [0]), atPath(value, ['toString'])]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('differences of JSON', () => {
  test('a value does not differ from itself, however its fields are ordered', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const turned = JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
          typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        ) as unknown
        expect(jsonDifference(JSON.parse(JSON.stringify(value)), turned, false)).toBeUndefined()
      }),
    )
  })

  test('and differs from every other', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
        const [one, other] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))] as [unknown, unknown]
        let same = true
        try {
          expect(one).toStrictEqual(other)
        } catch {
          same = false
        }
        expect(jsonDifference(one, other, false) === undefined).toBe(same)
      }),
    )
  })
})

test('values in texts, in JSON, and in paths', () => {
  const known = { values: { a: 'x/"y"', n: 3, o: { b: 1 } }, unique: 'u' }
  expect(fill(`\${a} \${n} \${o} \${unique} $\${a} $5`, known)).toBe(`x/"y" 3 {"b":1} u \${a} $5`)
  expect(JSON.parse(fillJson(`{"a": "\${a}", "n": \${n}, "o": \${o}}`, known))).toEqual(known.values)
  expect(fillPath(`/p/\${a}?q=\${n}`, known)).toBe('/p/x%2F%22y%22?q=3')
})

describe('secrets', () => {
  const word = fc.stringMatching(/^[\w+/="\\ ]{8,60}$/)

  test('are in no message, whichever form they have and wherever it is cut off', () => {
    fc.assert(
      fc.property(word, fc.string(), (secret, before) => {
        for (const text of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
          const cut = cleanMessage(`got ${picture(before + text)}, at last`, [secret])
          expect(cut).not.toContain(text.slice(0, 8).padEnd(8, '\u0000'))
        }
      }),
    )
  })

  test('fields and parameters by the names of secrets, whole or cut off', () => {
    const json = JSON.stringify({ user: 'ada', access_token: 'a"b\\c', api_key: 'k', nested: { password: 'p' } })
    const clean = JSON.parse(withoutSecretFields(json)) as object
    expect(clean).toEqual({
      user: 'ada',
      access_token: '[redacted]',
      api_key: '[redacted]',
      nested: { password: '[redacted]' },
    })
    for (let n = json.indexOf('a"b') + 1; n < json.length; n++)
      expect(withoutSecretFields(json.slice(0, n))).not.toContain('"a\\')
    expect(withoutSecretFields(JSON.stringify(json))).not.toContain('c\\"')
    expect(withoutSecretFields('https://x/y?a=1&X-Amz-Signature=abc&b=2')).toBe(
      'https://x/y?a=1&X-Amz-Signature=[redacted]&b=2',
    )
  })

  test('that are too short take no words out', () => {
    expect(withoutSecrets('a cat', ['a', 'cat'])).toBe('a cat')
  })
})

describe('bytes of a seed', () => {
  test('are the same for ever', () => {
    // By this very function, kept so that it never changes.
    expect(sha256(seededBytes(10, 1))).toBe(sha256(seededBytes(1000, 1).subarray(0, 10)))
    expect([...seededBytes(6, 1)]).toMatchInlineSnapshot(`
      [
        243,
        234,
        135,
        160,
        201,
        73,
      ]
    `)
    expect(byteDifference(seededBytes(100, 1), seededBytes(100, 2))).toMatch(/^expected 100 bytes/)
    expect(byteDifference(seededBytes(100, 1), seededBytes(99, 1))).toMatch(/first difference is at byte 99$/)
  })
})

describe('looking again', () => {
  test('waits longer each time, and once more at the end', async () => {
    const clock = virtualClock()
    const at: number[] = []
    const looking = eventually({ clock, signal: new AbortController().signal }, 10_000, async () => {
      at.push(clock.monotonic())
      return 'no'
    })
    const failed = expect(looking).rejects.toMatchObject({
      code: 'not-in-time',
      message: 'not within 10000 ms (looked 10 times); at last: no',
    })
    await clock.advance(10_000)
    await failed
    expect(at).toEqual([0, 100, 300, 700, 1500, 3100, 5100, 7100, 9100, 10_000])
    expect(clock.pending()).toBe(0)
  })

  test('an error is something wrong; an abort ends it', async () => {
    const clock = virtualClock()
    const stop = new AbortController()
    let looks = 0
    const looking = eventually({ clock, signal: stop.signal }, 10_000, async () => {
      looks++
      throw new Error('refused')
    })
    const failed = expect(looking).rejects.toThrow('enough')
    await clock.advance(150)
    stop.abort(new Error('enough'))
    await failed
    expect([looks, clock.pending()]).toEqual([2, 0])
  })
})
