import { expect, test } from 'vitest'
import { contentDigest, contentVersions } from '../../../src/flags/sources/content-version.ts'

// SHA-256 of "abc", FIPS 180-4, example B.1: ba7816bf 8f01cfea ...
test('the digest is the first 64 bits of SHA-256, of text and of bytes alike', () => {
  expect(contentDigest('abc')).toBe('sha256:ba7816bf8f01cfea')
  expect(contentDigest(Buffer.from('abc'))).toBe('sha256:ba7816bf8f01cfea')
})

test.each([undefined, '', ' '])('label %j is none', label => {
  expect(contentVersions().next('abc', label).version).toBe('sha256:ba7816bf8f01cfea')
})

test('the very content that came last is the same, whatever its label', () => {
  const versions = contentVersions()
  const same = [
    ['a', '1'],
    ['a', '2'],
    ['b', '2'],
    ['a', '2'],
  ].map(([content, label]) => versions.next(content!, label).same)
  expect(same).toEqual([false, true, false, false])
})
