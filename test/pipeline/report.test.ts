import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/core/index.ts'
import { memoryJournal } from '../../src/parts/journal/index.ts'
import { html } from '../../src/parts/report/index.ts'
import { pipelineReport, runPipeline } from '../../src/pipeline/index.ts'
import { CROWDED, launched, missing, opened, PALE, where } from '../parts/report/in-browser.ts'
import { twoRegions } from '../support/plans.ts'
import { drive, gateOf, world } from '../support/world.ts'

/** The journal of a run that the alarms stopped in its second region. */
async function rolledBack() {
  const clock = virtualClock(Date.UTC(2025, 0, 1, 12))
  const journal = memoryJournal({ clock })
  const alarms = gateOf('alarms', clock, ({ place }) => (place?.startsWith('p/r2/z1') ? 'stop' : 'go'))
  const plan = twoRegions(gateOf('<tests>', clock), gateOf('canary', clock), alarms)
  const { outcome } = await drive(
    clock,
    runPipeline(plan, { version: '2', run: 'run', deployer: world(clock).deployer, journal, clock }),
  )
  expect(outcome).toBe('rolled-back')
  return journal
}

describe('the report of a run', () => {
  let page: string
  beforeEach(async () => {
    page = await pipelineReport(await rolledBack(), 'run', {
      facts: [['requests', 12_345]],
      sections: [{ title: 'More', body: html`<p id="more">more</p>` }],
    })
  })

  test('says how the run ended and why', () => {
    expect(page).toContain('<span class="badge bad">rolled-back</span>')
    expect(page).toContain('<p><b>alarms</b> at ')
    expect(page).toContain('alarms says stop')
    expect(page).toContain('<dt>requests</dt><dd>12,345</dd>')
    expect(page).toContain('<p id="more">more</p>')
  })

  test('has every verdict in a table that sorts by time', () => {
    const [, table] = /<h2>Verdicts<\/h2>(.*?)<\/section>/s.exec(page)!
    expect(table).toContain('data-type="duration">After</th>')
    expect(table).toContain('<b class="bad">stop</b>')
    expect(table).toContain('&#60;tests&#62; says go (test)')
  })

  test('has the blast radius as a chart that goes up and ends at nothing', () => {
    const [, chart] = /<h2>Blast radius<\/h2>(.*?)<\/section>/s.exec(page)!
    expect(chart).toMatch(/<desc>changed, Share of all hosts \(%\): lowest 0, highest [1-9][\d.]*, last 0\.<\/desc>/)
  })

  describe.skipIf(missing)(where, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launched()
    })
    afterAll(() => browser?.close())

    test.each([
      [1280, 'light'],
      [1280, 'dark'],
      [400, 'light'],
    ] as const)(
      '%d pixels wide and %s it can be read, without a complaint or a request',
      async (width, colorScheme) => {
        const viewport = { width, height: 800 }
        const { look, sideways, requests, complaints, url } = await opened(browser, page, { viewport, colorScheme })
        expect(await requests()).toEqual([url])
        expect(complaints).toEqual([])
        expect(await sideways()).toBeLessThanOrEqual(0)
        expect(await look(CROWDED)).toEqual([])
        expect(await look(PALE)).toMatchObject({ pale: [] })
      },
    )

    test('its verdicts can be filtered', async () => {
      const { tab } = await opened(browser, page)
      const verdicts = tab.locator('section', { hasText: 'Verdicts' })
      await verdicts.getByRole('searchbox').fill('alarms stop')
      expect(await verdicts.getByRole('status').textContent()).toMatch(/^1 of \d+ rows$/)
    })
  })
})
