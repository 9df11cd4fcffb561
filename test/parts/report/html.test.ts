import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeHtml, html } from '../../../src/parts/report/index.ts'

// What cannot be seen is shown by its number (see visible.test.ts); every other text must come back as it was.
const anyText = fc.string({ unit: 'binary' }).map(text => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ''))
const unescaped = (markup: string) =>
  markup.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

test('no text keeps a character that could begin a tag or end an attribute, and a reader gets it back unchanged', () => {
  fc.assert(
    fc.property(anyText, text => {
      const escaped = escapeHtml(text)
      expect(escaped).not.toMatch(/[<>"'`]|&(?!#\d+;)/)
      expect(unescaped(escaped)).toBe(text)
    }),
  )
})

test('whatever is put into a template stands there as text, in elements and in attributes', () => {
  fc.assert(
    fc.property(anyText, anyText, (title, text) => {
      const { markup } = html`<p title="${title}">${text}</p>`
      const [, attribute, content] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(markup) ?? []
      expect([attribute, content].map(part => unescaped(part!))).toEqual([title, text])
    }),
  )
})

test('markup made by the tag is not escaped again, lists are joined, numbers are written out', () => {
  const items = ['a & b', 'c'].map(text => html`<li>${text}</li>`)
  expect(html`<ul>${items}</ul>${0}${-1.5}`.markup).toBe('<ul><li>a &#38; b</li><li>c</li></ul>0-1.5')
  expect(html`${[['<', html`<br>`], ['>']]}`.markup).toBe('&#60;<br>&#62;')
})

test('nothing stands for null, undefined and false', () => {
  expect(html`<p>${null}${undefined}${false}${[null, false]}</p>`.markup).toBe('<p></p>')
})

test('an object that only looks like markup is escaped', () => {
  const fake = { markup: '<script>', toString: () => '<script>' } as unknown as string
  expect(html`${fake}`.markup).toBe('&#60;script&#62;')
})

test('control characters do not reach a page: they are shown by their numbers, in elements and in attributes', () => {
  expect(escapeHtml('a\u001b[31mb\u0000\n')).toBe('a⟨U+001B⟩[31mb⟨U+0000⟩\n')
  expect(html`<p title="${'a\u202eb'}">${'a\u202eb'}</p>`.markup).toBe('<p title="a⟨U+202E⟩b">a⟨U+202E⟩b</p>')
})
