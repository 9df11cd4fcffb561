import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createShadow } from '../../../src/shadow/index.ts'
import { shadowReportPage } from '../../../src/shadow/report/report-page.ts'
import { CROWDED, LETTERS, launched, missing, opened, PALE, where } from '../../parts/report/in-browser.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { candidate, json, send, serve } from '../support/servers.ts'
import { HEBREW, LONG, plantedReport } from './planted.ts'

const OPEN_ALL = `document.querySelectorAll('details').forEach(d => { d.open = true })`
/** What stands in a column of the table of all fields that differ, without the interval below it. */
const column = (n: number) =>
  `[...document.querySelectorAll('#section-2 tbody tr')].filter(r => !r.hidden).map(r => r.cells[${n}].firstChild.textContent.trim())`
const [FIELD, CANDIDATE, P] = [1, 3, 5]

describe.skipIf(missing)(where, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launched()
  })
  afterAll(() => browser?.close())
  const page = shadowReportPage(plantedReport())
  const at = (width: number, html = page) => opened(browser, html, { viewport: { width, height: 900 } })

  describe.each([1280, 400])('%d pixels wide', width => {
    test('a shadow’s report opens without a complaint, a request or a sideways scroll', async () => {
      const { requests, complaints, sideways, look, url } = await at(width)
      expect(await sideways()).toBeLessThanOrEqual(0)
      await look(OPEN_ALL)
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(await requests()).toEqual([url])
      expect(complaints).toEqual([])
    })

    test('its charts can be read, with an interval for each bar and each percentile', async () => {
      const { look } = await at(width)
      expect(await look(LETTERS)).toBeGreaterThanOrEqual(11)
      expect(await look(CROWDED)).toEqual([])
      const intervals = (chart: string) =>
        `[...document.querySelectorAll('#section-3 figure')].find(f => f.textContent.startsWith('${chart}')).querySelectorAll('svg.wide .interval').length`
      expect(await look(intervals('How often'))).toBe(12)
      expect(await look(intervals('Latency'))).toBe(6)
    })

    test('its fields are sorted by what they are, up and down, and filtered', async () => {
      const { tab, look } = await at(width)
      const heads = tab.locator('#section-2')
      const click = (name: string) => heads.getByRole('button', { name }).click()
      const rates = async () => (await look<string[]>(column(CANDIDATE))).map(Number.parseFloat)
      const before = await rates()
      await click('Candidate')
      expect(await rates()).toEqual(before.toSorted((a, b) => a - b))
      expect(await rates()).not.toEqual(before)
      await click('Candidate')
      expect(await rates()).toEqual(before.toSorted((a, b) => b - a))
      await heads.getByRole('button', { name: 'p', exact: true }).click()
      const p = (await look<string[]>(column(P))).map(Number)
      expect(p).toEqual(p.toSorted((a, b) => a - b))
      expect(p[0]).toBeGreaterThan(0)
      await heads.getByRole('searchbox').fill('orders missing')
      expect(await look(column(FIELD))).toEqual(['$.gone'])
      expect(await heads.getByRole('status').textContent()).toBe(`1 of ${before.length} rows`)
    })

    test('each table that scrolls has a name, is reached by keyboard, and keeps the page where it is', async () => {
      const { tab, look, sideways } = await at(width)
      const wide = `[...document.querySelectorAll('.scroll')].filter(s => s.checkVisibility() && s.scrollWidth > s.clientWidth)`
      const unreachable = `${wide}.filter(s => s.tabIndex !== 0 || s.getAttribute('role') !== 'region' || !s.getAttribute('aria-label'))`
      expect(await look(`${unreachable}.length`)).toBe(0)
      // Where there is room, even names of 200 characters push nothing out.
      if (width === 1280) return expect(await look(`${wide}.length`)).toBe(0)
      expect(await look(`${wide}.length`)).toBeGreaterThan(3)
      await tab.getByRole('region', { name: 'Fields that differ' }).focus()
      await tab.keyboard.press('ArrowRight')
      await expect.poll(() => look('document.activeElement.scrollLeft')).toBeGreaterThan(0)
      expect(await look('window.scrollX')).toBe(0)
      expect(await sideways()).toBeLessThanOrEqual(0)
    })
  })

  test.each(['light', 'dark'] as const)('%s, all that is on it has enough contrast', async colorScheme => {
    const { look } = await opened(browser, page, { colorScheme })
    await look(OPEN_ALL)
    const { checked, pale } = await look<{ checked: number; pale: string[] }>(PALE)
    expect(checked).toBeGreaterThan(500)
    expect(pale).toEqual([])
    const paper = colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)'
    expect(await look('getComputedStyle(document.body).backgroundColor')).toBe(paper)
  })

  test('a shadow that saw a hostile candidate writes a page on which every name is whole and in its place', async () => {
    const answer = (price: number) => ({
      price,
      מחיר: price,
      '\u202eecirp': price,
      'a\nb': price,
      [LONG.slice(2, 66)]: price,
    })
    const other = await candidate((_, r) => json(r, answer(2)))
    const twin = await candidate((_, r) => json(r, answer(1)))
    const shadow = createShadow({ candidate: other.origin, secondary: twin.origin, sample: 1 })
    onTestFinished(() => shadow.close({ timeoutMs: 0 }))
    const { origin } = await serve(shadow.handler((_, r) => json(r, answer(1))))
    for (let i = 0; i < 160; i += 8)
      await Promise.all(Array.from({ length: 8 }, () => send(origin, { path: '/items/1' })))
    await expect.poll(() => shadow.counts.inFlight).toBe(0)
    const path = join(await tempFolder(), 'report.html')
    await shadow.writeHtml(path)
    for (const width of [1280, 400]) {
      const { look, complaints, sideways } = await at(width, await readFile(path, 'utf8'))
      const fields = await look<string[]>(
        `[...document.querySelectorAll('#section-2 tbody tr')].map(r => r.cells[${FIELD}].textContent)`,
      )
      expect(fields.toSorted()).toEqual(
        ['$.price', "$['מחיר']", "$['⟨U+202E⟩ecirp']", "$['a⟨U+000A⟩b']", `$.${LONG.slice(2, 66)}`].toSorted(),
      )
      expect(complaints).toEqual([])
      expect(await sideways()).toBeLessThanOrEqual(0)
    }
  })

  test('names from right to left stay in the order of their path', async () => {
    const { look } = await at(1280)
    const lefts = await look<number[]>(`(() => {
      const cell = [...document.querySelectorAll('#section-2 td')].find(c => c.textContent === ${JSON.stringify(HEBREW)})
      return [...cell.childNodes].map(n => {
        const range = document.createRange()
        range.selectNodeContents(n)
        return range.getBoundingClientRect().left
      })
    })()`)
    expect(lefts).toHaveLength(5)
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b))
  })
})
