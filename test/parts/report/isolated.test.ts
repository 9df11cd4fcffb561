import { expect, test } from 'vitest'
import { html } from '../../../src/parts/report/index.ts'
import { isolated, isolatedLetters } from '../../../src/parts/report/isolated.ts'

test.each([
  ['$.price', '$.price'],
  ['$.אב.גד', '$.<bdi>אב</bdi>.<bdi>גד</bdi>'],
  ['"שלום עולם", 1', '&#34;<bdi>שלום עולם</bdi>&#34;, 1'],
  ['ابجد/x', '<bdi>ابجد</bdi>/x'],
  ['\u{1e900}', '<bdi>\u{1e900}</bdi>'],
  ['<אב>', '&#60;<bdi>אב</bdi>&#62;'],
  ['\u202eאב', '⟨U+202E⟩<bdi>אב</bdi>'],
])('%j in an element', (text, markup) => expect(isolated(text).markup).toBe(markup))

test('where no element may stand, by characters', () => {
  expect(isolatedLetters('a.אב.<').markup).toBe('a.\u2068אב\u2069.&#60;')
  // Of the text's own, none can end it.
  expect(isolatedLetters('א\u2069ב').markup).toBe('\u2068א\u2069⟨U+2069⟩\u2068ב\u2069')
})

test('markup stays as it is', () => {
  const markup = html`<b>${'אב'}</b>`
  expect(isolated(markup)).toBe(markup)
})
