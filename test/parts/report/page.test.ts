import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html, type PageOptions, reportPage } from '../../../src/parts/report/index.ts'
import { SCRIPT } from '../../../src/parts/report/script.ts'
import { samplePage } from './sample-page.ts'

/** A page with everything on it that a page can have, every text of it `text`. */
const pageOf = (text: string) => samplePage(() => text)
/** What the page is made of, without its texts and attributes. Words from right to left stand in a `bdi`. */
const tags = (page: string) => page.match(/<[!/]?[a-z0-9]+/gi)!.filter(tag => !/^<\/?bdi$/.test(tag))
const scripts = (page: string) => [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(m => m[1])
const HOSTILE = [
  '</style></title><script>alert(1)</script>',
  '" onload="alert(1)',
  "' onerror=alert(1) x='",
  '<!--',
  ']]></svg>',
  '</desc></svg><script>alert(1)</script>',
]

test.each(HOSTILE)('%j in every text of a page changes nothing about what the page is made of', text => {
  const page = pageOf(text)
  expect(tags(page)).toEqual(tags(pageOf('harmless')))
  expect(page).not.toContain(text)
  // Only our own attributes, each with its value in quotes.
  expect(page.replace(/="[^"]*"/g, '')).not.toMatch(/<[^>]*(onload|onerror)/)
})

test('no text whatsoever changes what the page is made of', () => {
  const harmless = tags(pageOf('harmless'))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
      expect(tags(pageOf(text))).toEqual(harmless)
    }),
    { numRuns: 50 },
  )
})

test('nothing of what is told gets into the script of a page', () => {
  for (const text of ['harmless', ...HOSTILE]) expect(scripts(pageOf(text))).toEqual([SCRIPT.markup])
})

test('the policy lets through the script of the page by its hash, and nothing else', () => {
  const page = pageOf('text')
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1]
  const hash = createHash('sha256').update(scripts(page)[0]!).digest('base64')
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ])
  // It must stand before anything that it is to forbid.
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'))
})

test('a page is self-contained: nothing on it is from elsewhere, and its script asks for nothing', () => {
  const page = pageOf('text')
  expect(page.replace('href="https://example.com/runs/1"', '')).not.toMatch(
    /<link|<iframe|<img|javascript:|@import|url\(|\ssrc=|\shref="(?!#)|\son[a-z]+=|https?:\/\//i,
  )
  expect(SCRIPT.markup).not.toMatch(/\beval|Function\(|innerHTML|fetch|XMLHttp|import|WebSocket|localStorage|<\//)
})

test('a page begins with its doctype, says its encoding first and how wide it is', () => {
  const page = pageOf('text')
  expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
  expect(page.indexOf('<meta charset="utf-8">')).toBeLessThan(page.indexOf('<title>'))
  expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
})

test('lead and badge are left out when there are none', () => {
  const bare: PageOptions = { title: 'Release', sections: [] }
  expect(reportPage(bare)).toContain('<header><h1>Release</h1></header>')
  expect(reportPage({ ...bare, lead: 'a & b' })).toContain('<p>a &#38; b</p>')
  expect(reportPage({ ...bare, lead: html`<i>today</i>` })).toContain('<p><i>today</i></p>')
  expect(reportPage({ ...bare, badge: { text: 'halted', tone: 'warn' } })).toContain(
    '<span class="badge warn">halted</span>',
  )
})

test('more than three sections have a table of contents, each entry of which leads to its section', () => {
  const sections = ['A', 'B', 'C', '<D>'].map(title => ({ title, body: html`<p></p>` }))
  expect(reportPage({ title: 'x', sections: sections.slice(0, 3) })).not.toContain('<nav')
  const page = reportPage({ title: 'x', sections })
  const links = [...page.matchAll(/<a href="#([^"]*)">([^<]*)<\/a>/g)].map(m => [m[1], m[2]])
  expect(links.map(l => l[1])).toEqual(['A', 'B', 'C', '&#60;D&#62;'])
  for (const [id, title] of links) expect(page).toContain(`<section id="${id}"><h2>${title}</h2>`)
})
