import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  facts,
  html,
  type PageOptions,
  reportPage,
  stepChart,
  table,
  timeline,
} from '../../../src/parts/report/index.ts'

/** A page with everything on it that a page can have, every text of it `text`. */
const pageOf = (text: string) => {
  const spans = [{ from: 0, to: 5, kind: 'bad' as const, title: text }]
  return reportPage({
    title: text,
    subtitle: text,
    badge: { text, tone: 'warn' },
    sections: [
      { title: text, body: facts([[text, text]]) },
      { title: text, body: table([text, text], [[text, html`<b>${text}</b>`]]) },
      { title: text, body: timeline([{ name: text, spans }], [['bad', text]]) },
      { title: text, body: stepChart([{ at: 0, share: 0 }], text) },
    ],
  })
}
/** What the page is made of, without its texts and attributes. */
const tags = (page: string) => page.match(/<[!/]?[a-z0-9]+/gi)
const HOSTILE = [
  '</style></title><script>alert(1)</script>',
  '" onload="alert(1)',
  "' onerror=alert(1) x='",
  '<!--',
  ']]>',
]

test.each(HOSTILE)('%j in every text of a page changes nothing about what the page is made of', text => {
  const page = pageOf(text)
  expect(tags(page)).toEqual(tags(pageOf('harmless')))
  expect(page).not.toContain(text.startsWith(']]') ? '<script' : text)
  // Only our own attributes, each with its value in quotes.
  expect(page.replace(/="[^"]*"/g, '')).not.toMatch(/<[^>]*(onload|onerror)/)
})

test('no text whatsoever changes what the page is made of', () => {
  const harmless = tags(pageOf('harmless'))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
      expect(tags(pageOf(text))).toEqual(harmless)
    }),
  )
})

test('a page is self-contained: no script, nothing from elsewhere, and a policy that forbids both', () => {
  const page = pageOf('text')
  expect(page).not.toMatch(
    /<script|<link|<iframe|<img|javascript:|@import|url\(|\ssrc=|\shref=|\son[a-z]+=|https?:\/\//i,
  )
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1]
  expect(policy).toMatch(/default-src 'none'/)
  expect(policy).not.toMatch(/script-src|\*|https?:/)
  // It must stand before anything that it is to forbid.
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'))
})

test('a page begins with its doctype, says its encoding first and how wide it is', () => {
  const page = pageOf('text')
  expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
  expect(page.indexOf('<meta charset="utf-8">')).toBeLessThan(page.indexOf('<title>'))
  expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
})

test('subtitle and badge are left out when there are none', () => {
  const bare: PageOptions = { title: 'Release', sections: [] }
  expect(reportPage(bare)).toContain('<header><h1>Release</h1></header>')
  expect(reportPage({ ...bare, subtitle: 'today' })).toContain('<p>today</p>')
  expect(reportPage({ ...bare, badge: { text: 'halted', tone: 'warn' } })).toContain(
    '<span class="badge warn">halted</span>',
  )
})
