import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3Steps } from '../../../../src/scenarios/steps/index.ts'
import { runSteps } from '../run-feature.ts'
import { KEYS, type TestStore, testStore } from './store.ts'

const DOC = '"""'
// Of a text that is known, from `sha256sum` and `md5sum`.
const HELLO_SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
const HELLO_MD5 = '5d41402abc4b2a76b9719d911017c592'

describe.each(['3.7.0', '3.7.1'])('s3rver %s', version => {
  let store: TestStore
  let attempts = 0
  beforeAll(async () => {
    store = await testStore(version)
    for (const bucket of ['shared', 'mine', 'pooled']) await store.createBucket(bucket)
  })
  afterAll(() => store.stop())

  const run = (lines: string, more: object = {}) =>
    runSteps(lines, {
      steps: [s3Steps({ newId: () => `a${attempts++}` })],
      target: { name: 't', endpoint: store.origin, credentials: () => KEYS, settings: { bucket: 'mine' } },
      ...more,
    })
  const inShared = (lines: string) => run(`Given the bucket "shared"\n${lines}`)
  const passes = async (lines: string) => {
    const { status, message, leaked } = await inShared(lines)
    expect([status, message, leaked]).toEqual(['PASSED', '', []])
    expect(await store.keys('shared')).toEqual([])
  }

  test('what is put comes back, and is deleted behind the scenario', () =>
    passes(`
      When I put "hello" as the object "a.txt"
      Then the object "a.txt" exists
      And the object "a.txt" is listed
      And the object "a.txt" has 5 bytes
      And the object "a.txt" is what I put
      And the object "a.txt" has the SHA-256 "${HELLO_SHA256}"
      And the object "a.txt" has the ETag "${HELLO_MD5}"
      And the object "b.txt" does not exist
      When I remember the object "a.txt"'s ETag as "tag"
      Then the object "a.txt" has the ETag "\${tag}"
      When I get the object "a.txt"
      Then I got "hello"
      And I got 5 bytes
      And I got what I put
      And the store answered with status 200`))

  test('texts of several lines, bytes with and without a seed, content types and metadata', () =>
    passes(`
      Given the next object's content type is "text/css"
      And the next object's metadata is
        | Owner | \${unique} |
      When I put this text as the object "dir/a b+c.css"
        ${DOC}
        p { }
        q { }
        ${DOC}
      Then the object "dir/a b+c.css" has the content type "text/css"
      And the object "dir/a b+c.css" has the metadata
        | owner | \${unique} |
      When I put 100000 bytes as the object "one"
      And I put 100001 bytes of seed 7 as the object "two"
      Then the object "one" is what I put
      And the object "two" is what I put
      And the object "two" has 100001 bytes
      And the objects under "" are
        | one           |
        | two           |
        | dir/a b+c.css |
      And there is 1 object under "dir/"
      And there are 0 objects under "none/"`))

  test('copies, deletes, parts', () =>
    passes(`
      When I put 1000 bytes as the object "from/a b"
      And I copy the object "from/a b" to "to"
      Then the object "to" is what I put
      When I delete the object "from/a b"
      Then the object "from/a b" does not exist
      When I upload 300000 bytes in 3 parts as the object "parts"
      Then the object "parts" is what I put`))

  test('what the store refuses can be looked at', () =>
    passes(`
      When I try to get the object "none"
      Then the store answered with status 404
      And the store answered with the error "NoSuchKey"
      When I put "x" as the object "a"
      And I get the object "a" if it has changed
      Then the store answered with status 304`))

  test('looking again', () =>
    passes(`
      When I put "x" as the object "a"
      Then within 5 seconds the object "a" exists
      And within 5 seconds the object "a" is listed
      And within 5 seconds the object "a" is what I put
      When I delete the object "a"
      Then within 5 seconds the object "a" does not exist`))

  test('a range', () =>
    passes(`
      When I put 1000 bytes as the object "a"
      And I get the bytes 10 to 19 of the object "a"
      Then I got 10 bytes
      And I got what I put
      And the store answered with status 206`))

  test('the first byte alone, which neither version cuts out', async () => {
    const { message } = await inShared(`
      When I put 1000 bytes as the object "a"
      And I get the bytes 0 to 0 of the object "a"
      Then the store answered with status ${version === '3.7.1' ? 206 : 200}
      And I got what I put`)
    expect(message).toMatch(/expected 1 bytes .*, got 1000 bytes .* at byte 1 /)
    expect(await store.keys('shared')).toEqual([])
  })

  test("a new bucket, the target's bucket, and a bucket of the pool", async () => {
    const put = 'When I put "x" as the object "a"\nThen the object "a" is what I put'
    const made = await run(`Given a new bucket\n${put}`)
    expect([made.status, made.message, made.leaked]).toEqual(['PASSED', '', []])
    await expect(store.keys(`andon-a${attempts - 1}`)).rejects.toThrow(/bucket does not exist/)
    expect((await run(`Given the target's bucket\n${put}`)).status).toBe('PASSED')
    const order: string[] = []
    const pool = {
      async take(kind: string) {
        order.push(`taken ${kind}`)
        return {
          id: 'p',
          value: { name: 'pooled' },
          async release() {
            order.push(`back with ${(await store.keys('pooled')).length} objects`)
          },
        }
      },
    }
    expect((await run(`Given a bucket of the pool\n${put}`, { pool })).status).toBe('PASSED')
    expect(order).toEqual(['taken bucket', 'back with 0 objects'])
  })

  test.each<[string, RegExp]>([
    ['Then the object "a" is what I put', /has not put it, so what should be in it is unknown/],
    ['Then the object "a" exists', /^object shared\/andon\/a\d+\/a: expected it to exist, it does not$/],
    ['Then the object "a" has 1 byte', /expected it to exist, it does not/],
    ['Then the object "a" is listed', /expected it to be listed, it is not/],
    ['When I get the object "a"', /^GET shared\S+: NoSuchKey \(404\): /],
    ['When I copy the object "a" to "b"', /^COPY shared\S+ to shared\S+: NoSuchKey \(404\)/],
    ['When I upload 2 bytes in 3 parts as the object "a"', /2 bytes are too few for 3 parts/],
    ['When I put 99999999999 bytes as the object "a"', /^bytes: expected a whole number, 0 to 67108864/],
    ['When I get the object "a" if it has changed', /knows no ETag of it yet/],
    ['When I get the bytes 2 to 1 of the object "a"', /last byte: expected 2 or more, got 1/],
    ['Then I got "x"', /has not got one yet/],
    ['Then the store answered with status 200', /has not asked the store for anything yet/],
    [
      'Then within 1 second the object "a" exists',
      /not within 1000 ms \(looked \d+ times\); at last: object .* does not$/,
    ],
    ['Then within 1 second the object "a" is listed', /at last: object .* expected it to be listed, it is not$/],
    ['Then within 1 second the object "a" is what I put', /^object \S+: the scenario has not put it/],
    ['Then the objects under "" are\n| a |', /objects under shared\/andon\/a\d+\/: expected \[a\], got \[\]/],
    ['Then there is 1 object under ""', /expected 1, got 0: \[\]/],
  ])('%s fails with what is wrong', async (lines, message) => {
    const outcome = await inShared(lines)
    expect(outcome.status).toBe('FAILED')
    expect(outcome.message).toMatch(message)
  })

  test.each<[string, RegExp]>([
    ['the object "a" does not exist', /expected none, it has 5 bytes and ETag/],
    ['within 1 second the object "a" does not exist', /at last: object .*: expected none, it has 5 bytes/],
    ['the object "a" has 6 bytes', /expected 6 bytes, got 5/],
    ['the object "a" has the content type "text/css"', /expected content type text\/css, got /],
    ['the object "a" has the metadata\n| x | y |', /metadata x: expected y, got none/],
    ['the object "a" has the ETag "x"', new RegExp(`expected ETag x, got ${HELLO_MD5}`)],
    ['the object "a" has the SHA-256 "x"', new RegExp(`expected SHA-256 x, got ${HELLO_SHA256}`)],
    ['I got "hallo"', /object a: expected "hallo", got "hello"/],
    ['I got 6 bytes', /object a: expected 6 bytes, got 5/],
    ['the store answered with status 206', /^GET \S+: expected status 206, got 200/],
    ['the store answered with the error "NoSuchKey"', /expected error NoSuchKey, got none \(status 200\)/],
  ])('%s fails when it is not so', async (step, message) => {
    const outcome = await inShared(`
      When I put "hello" as the object "a"
      And I get the object "a"
      Then ${step}`)
    expect(outcome.status).toBe('FAILED')
    expect(outcome.message).toMatch(message)
    expect(outcome.attached[0]).toMatch(/^(GET|HEAD) shared\/andon.*\nstatus \d+/)
    expect(await store.keys('shared')).toEqual([])
  })
})
