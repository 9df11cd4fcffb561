import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from '../../../src/parts/report/visible.ts'

test.each([
  ['an override', 'a\u202eb', 'a⟨U+202E⟩b'],
  ['isolates', '\u2066a\u2069', '⟨U+2066⟩a⟨U+2069⟩'],
  ['marks of direction', 'a\u200f\u061c', 'a⟨U+200F⟩⟨U+061C⟩'],
  ['a space without width', 'a\u200bb', 'a⟨U+200B⟩b'],
  ['a mark of byte order', '\ufeffa', '⟨U+FEFF⟩a'],
  ['a hyphen that does not show', 'a\u00adb', 'a⟨U+00AD⟩b'],
  ['a tag', 'a\u{e0041}', 'a⟨U+E0041⟩'],
  ['the end of a line of Unicode’s own', 'a\u2028b\u2029', 'a⟨U+2028⟩b⟨U+2029⟩'],
  ['half of a pair', 'a\ud800', 'a⟨U+D800⟩'],
  ['escape, delete, next line', '\u001b\u007f\u0085', '⟨U+001B⟩⟨U+007F⟩⟨U+0085⟩'],
])('%s is shown by its number', (_, text, shown) => expect(visible(text)).toBe(shown))

test('tab, the end of a line and all that can be seen stay', () => {
  const seen = 'a\tb\r\nc é ü 日本 שלום 😀 ⟨⟩'
  expect(visible(seen)).toBe(seen)
})

test('whatever the text, nothing is left in it that cannot be seen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(visible(text).replace(/[\t\n\r]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
  )
})
