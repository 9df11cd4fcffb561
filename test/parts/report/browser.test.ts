import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barChart, html, reportPage, table } from '../../../src/parts/report/index.ts'
import { CROWDED, LETTERS, launched, missing, opened, PALE, where } from './in-browser.ts'
import { samplePage } from './sample-page.ts'

const OPEN_ALL = `document.querySelectorAll('details').forEach(d => { d.open = true })`

describe.skipIf(missing)(where, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launched()
  })
  afterAll(() => browser?.close())
  const at = (width: number, page = samplePage()) => opened(browser, page, { viewport: { width, height: 800 } })

  describe.each([1280, 400])('%d pixels wide', width => {
    test('a report opens from disk without a complaint, a request or a sideways scroll', async () => {
      const { requests, complaints, sideways, look, url } = await at(width)
      expect(await requests()).toEqual([url])
      expect(complaints).toEqual([])
      expect(await sideways()).toBeLessThanOrEqual(0)
      await look(OPEN_ALL)
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(await look('document.querySelectorAll(".lane .bars i").length')).toBe(9)
      expect(await look('document.querySelector(".bars i").getBoundingClientRect().width')).toBeGreaterThan(30)
      // The style is applied: the policy of the page lets it through.
      expect(await look('getComputedStyle(document.querySelector(".badge")).borderRadius')).toBe('10px')
    })

    test('the letters of charts can be read, and none lie over each other or outside', async () => {
      const { look } = await at(width)
      expect(await look(LETTERS)).toBeGreaterThanOrEqual(11)
      expect(await look(CROWDED)).toEqual([])
    })

    test('hostile texts stay texts: nothing runs, nothing is asked for, nothing is added', async () => {
      const attack =
        '</title></style></script></svg><script>document.title="hit"</script><img src="http://127.0.0.1:9/x" onerror=alert(1)>'
      const { requests, complaints, look, url } = await at(
        width,
        samplePage(says => `${says} ${attack}" onload="alert(1)`),
      )
      expect(await requests()).toEqual([url])
      expect(complaints).toEqual([])
      expect(await look('document.querySelectorAll("img, [onload], [onerror]").length')).toBe(0)
      expect(await look('document.scripts.length')).toBe(1)
      expect(await look('document.title')).toContain(attack)
      expect(await look('document.querySelector("tbody td").textContent')).toContain(attack)
      expect(await look('document.querySelector("svg.chart title").textContent')).toContain(attack)
    })

    test('words too long for a line do not make the page scroll sideways', async () => {
      const { sideways, look } = await at(
        width,
        samplePage(says => `${says} ${'x'.repeat(300)}`),
      )
      expect(await sideways()).toBeLessThanOrEqual(0)
      await look(OPEN_ALL)
      expect(await sideways()).toBeLessThanOrEqual(0)
    })
  })

  test.each([1000, 768, 641, 640, 320])(
    '%d pixels wide, the letters of charts have their size and place, too',
    async width => {
      const { look, sideways } = await at(width)
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(await look(LETTERS)).toBeGreaterThanOrEqual(9)
      expect(await look(CROWDED)).toEqual([])
    },
  )

  describe.each(['light', 'dark'] as const)('%s', colorScheme => {
    test('all texts have a contrast of 4.5 or more, all lines and marks one of 3 or more', async () => {
      const { tab, look } = await opened(browser, samplePage(), { colorScheme })
      await look(OPEN_ALL)
      await tab.getByRole('searchbox').fill('few')
      const { checked, pale } = await look<{ checked: number; pale: string[] }>(PALE)
      expect(checked).toBeGreaterThan(500)
      expect(pale).toEqual([])
      const paper = colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)'
      expect(await look('getComputedStyle(document.body).backgroundColor')).toBe(paper)
    })
  })

  test('a chart is one picture with a name and a description, and which series is which needs no colour', async () => {
    const { tab, look } = await at(1280)
    const session = await tab.context().newCDPSession(tab)
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as {
      nodes: { role?: { value: string }; name?: { value: string }; description?: { value: string } }[]
    }
    const pictures = nodes.filter(n => n.role?.value === 'image')
    expect(pictures.map(n => n.name?.value)).toEqual([
      'Hosts changed by this run and not put back',
      'Requests by region',
      'Quantiles of the latency',
      'Latency of requests',
      'Answers that differ, by field',
    ])
    for (const { description } of pictures) expect(description?.value).toMatch(/\(.*\).*\d/)
    const dashes = `[...document.querySelectorAll('svg.wide .line')].slice(1, 7).map(l => getComputedStyle(l).strokeDasharray)`
    expect(new Set(await look<string[]>(dashes)).size).toBe(6)
  })

  describe('a table', () => {
    const column = (n: number) =>
      `[...document.querySelectorAll('#section-8 tbody tr')].filter(r => !r.hidden).map(r => r.cells[${n}].textContent)`
    const orders = `[...document.querySelectorAll('#section-8 th')].map(h => h.getAttribute('aria-sort'))`
    const sorted = (list: string[], by: (a: string, b: string) => number) => [...list].sort(by)
    const amount = (text: string) => Number(text.replaceAll(',', ''))

    test('is sorted by a click, up, down and back to how it came', async () => {
      const { tab, look } = await at(1280)
      const before = await look<string[]>(column(3))
      const head = tab.locator('#section-8').getByRole('button', { name: 'Requests' })
      await head.click()
      const up = await look<string[]>(column(3))
      expect(up).toEqual(sorted(before, (a, b) => amount(a) - amount(b)))
      expect(up).not.toEqual(before)
      expect(await look(orders)).toEqual(['none', 'none', 'none', 'ascending', 'none', 'none'])
      await head.click()
      expect(await look(column(3))).toEqual(up.toReversed())
      expect(await look(orders)).toEqual(['none', 'none', 'none', 'descending', 'none', 'none'])
      await head.click()
      expect(await look(column(3))).toEqual(before)
      expect(await look(orders)).toEqual(Array(6).fill('none'))
    })

    test('sorts texts as people do, dates and durations by time, and what is empty to the end', async () => {
      const { tab, look } = await at(1280)
      const click = (name: string) => tab.locator('#section-8').getByRole('button', { name }).click()
      await click('Host')
      expect(await look(column(0))).toEqual(Array.from({ length: 24 }, (_, n) => `h${n}`))
      await click('First seen')
      const seconds = Array.from({ length: 24 }, (_, n) => `2025-01-01 12:00:${String(n).padStart(2, '0')} UTC`)
      expect(await look(column(1))).toEqual(seconds)
      await click('Answered after')
      const up = await look<string[]>(column(2))
      expect([...up.slice(0, 4), up.at(-1)]).toEqual(['0 ms', '700 ms', '1.4 s', '2.1 s', ''])
      await click('Answered after')
      const down = await look<string[]>(column(2))
      expect([down[0], down.at(-2), down.at(-1)]).toEqual(['16.1 s', '0 ms', ''])
    })

    test('sorts numbers by what they are, not by how they are written', async () => {
      const numbers = [10, -5, 0.5, 1e21, -20, 0.25, 1e-7, 1000]
      const body = table({ columns: ['Number'], rows: numbers.map(n => [n]) })
      const { tab, look } = await at(1280, reportPage({ title: 'x', sections: [{ title: 'x', body }] }))
      await tab.getByRole('button', { name: 'Number' }).click()
      const keys = `[...document.querySelectorAll('tbody td')].map(c => Number(c.dataset.sort))`
      expect(await look(keys)).toEqual(numbers.toSorted((a, b) => a - b))
    })

    test('is sorted and filtered by keyboard alone', async () => {
      const { tab, look } = await at(1280)
      await tab.getByRole('searchbox', { name: 'Filter: Hosts and what they answered' }).focus()
      await tab.keyboard.type('STOP h1')
      expect(await look(column(0))).toEqual(['h18', 'h15', 'h12'].filter(h => h.startsWith('h1')))
      // First the table, which the arrows scroll, then its heads.
      await tab.keyboard.press('Tab')
      expect(await look('document.activeElement.getAttribute("role")')).toBe('region')
      await tab.keyboard.press('Tab')
      expect(await look('document.activeElement.textContent')).toBe('Host')
      expect(await look('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
      await tab.keyboard.press('Enter')
      expect(await look(column(0))).toEqual(['h12', 'h15', 'h18'])
      await tab.keyboard.press('Space')
      expect(await look(column(0))).toEqual(['h18', 'h15', 'h12'])
      expect(await look('document.activeElement.closest("th").getAttribute("aria-sort")')).toBe('descending')
    })

    test('shows the rows that have all the words, says how many, and all of them again without words', async () => {
      const { tab, look } = await at(400)
      const box = tab.getByRole('searchbox')
      const status = () => tab.locator('#section-8').getByRole('status').textContent()
      await box.fill('  Error-Rate   go')
      expect([await look(column(0)), await status()]).toEqual([[], '0 of 24 rows'])
      await box.fill('few 12:00:05')
      expect([await look(column(0)), await status()]).toEqual([['h7'], '1 of 24 rows'])
      await box.fill('')
      expect([(await look<string[]>(column(0))).length, await status()]).toEqual([24, ''])
    })

    test('is a plain table without the script: all rows, no buttons that do nothing', async () => {
      const { tab } = await opened(browser, samplePage(), { javaScriptEnabled: false })
      expect(await tab.locator('#section-8 tbody tr').count()).toBe(24)
      expect(await tab.locator('button, input').count()).toBe(0)
      expect(await tab.locator('#section-8').getByRole('columnheader', { name: 'Answered after' }).count()).toBe(1)
    })

    test('that is too wide scrolls by itself', async () => {
      const { look } = await at(400)
      const scroll = `document.querySelector('#section-8 .scroll')`
      expect(await look(`${scroll}.scrollWidth > ${scroll}.clientWidth + 100`)).toBe(true)
      expect(await look(`getComputedStyle(${scroll}).overflowX`)).toBe('auto')
    })

    test.each(['light', 'dark'] as const)(
      'has a shadow at each edge behind which there is more of it, %s',
      async colorScheme => {
        const options = { colorScheme, viewport: { width: 400, height: 800 } }
        const { tab, look } = await opened(browser, samplePage(), options)
        const scroll = `document.querySelector('#section-8 .scroll')`
        await look(`${scroll}.querySelector('caption').scrollIntoView({ block: 'center' })`)
        const box = (await tab.locator('#section-8 .scroll').boundingBox())!
        // Below the letters of the caption there is nothing else.
        const strip = async (x: number) =>
          (await tab.screenshot({ clip: { x, y: box.y + 22, width: 4, height: 4 } })).toString('base64')
        const edges = async () => {
          const [left, right, paper] = [await strip(box.x), await strip(box.x + box.width - 4), await strip(2)]
          return { left: left !== paper, right: right !== paper }
        }
        expect(await edges()).toEqual({ left: false, right: true })
        await look(`${scroll}.scrollLeft = 150`)
        expect(await edges()).toEqual({ left: true, right: true })
        await look(`${scroll}.scrollLeft = 9999`)
        expect(await edges()).toEqual({ left: true, right: false })
      },
    )

    test('is scrolled by keyboard', async () => {
      const { tab, look } = await at(400)
      await tab.getByRole('region', { name: 'Hosts and what they answered' }).focus()
      await tab.keyboard.press('ArrowRight')
      await expect.poll(() => look(`document.querySelector('#section-8 .scroll').scrollLeft`)).toBeGreaterThan(0)
    })

    test('breaks long words anywhere, and no short ones', async () => {
      const rows = [
        [`$.${'x'.repeat(198)}`, 'changed', 12, `"${'y'.repeat(80)}"`],
        ['$.price', 'missing', 3, '1'],
      ]
      const body = table({ columns: ['Field', 'How', 'Count', 'Value'], rows })
      const { look } = await at(1280, reportPage({ title: 'x', sections: [{ title: 'x', body }] }))
      const scroll = `document.querySelector('.scroll')`
      expect(await look(`${scroll}.scrollWidth - ${scroll}.clientWidth`)).toBe(0)
      const heights = await look<number[]>(
        `[...document.querySelectorAll('tbody td')].map(c => { const r = document.createRange(); r.selectNodeContents(c); return r.getClientRects().length })`,
      )
      expect(heights).toEqual([expect.toSatisfy((n: number) => n > 1), 1, 1, expect.any(Number), 1, 1, 1, 1])
    })
  })

  test('the table of contents stays in sight and leads to its sections', async () => {
    for (const width of [1280, 400]) {
      const { tab, look } = await at(width)
      await tab.getByRole('navigation').getByRole('link', { name: 'Latency' }).click()
      const top = await look<number>('document.querySelector("#section-6 h2").getBoundingClientRect().top')
      const bar = await look<{ top: number; bottom: number }>(
        'document.querySelector(".contents").getBoundingClientRect().toJSON()',
      )
      expect(bar.top).toBe(0)
      expect(top).toBeGreaterThanOrEqual(width === 400 ? bar.bottom : 0)
      expect(top).toBeLessThan(150)
    }
  })

  test('names from right to left keep their order in a path, and nothing turns round what stands beside it', async () => {
    const names = ['first', 'אבגד', 'הוזח', 'ابجد', '12', 'last']
    const path = names.join('.')
    const sections = [
      {
        title: path,
        body: html`${table({ caption: path, columns: ['Path'], rows: [[path], [`\u202e${path}`]] })}${barChart({ title: path, value: { label: 'x' }, bars: [{ name: path, value: 1 }] })}`,
      },
    ]
    const { look } = await at(1280, reportPage({ title: path, sections }))
    /** Where each name begins on the screen, at its left, in every element that shows the path. */
    const lefts = await look<number[][]>(`(() => {
      const names = ${JSON.stringify(names)}
      const shown = ['h1', 'h2', 'caption', 'figcaption', 'tbody tr:nth-child(1) td', 'tbody tr:nth-child(2) td']
      return shown.map(s => document.querySelector(s)).map(e => names.map(name => {
        const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          const from = node.data.indexOf(name)
          if (from < 0) continue
          const range = document.createRange()
          range.setStart(node, from)
          range.setEnd(node, from + name.length)
          return range.getBoundingClientRect().left
        }
        return NaN
      }))
    })()`)
    expect(lefts).toHaveLength(6)
    for (const places of lefts) expect(places).toEqual(places.toSorted((a, b) => a - b))
    const letters = await look<number[]>(`(() => {
      const text = document.querySelector('svg.wide text.name')
      return ${JSON.stringify(names)}.map(name => text.getExtentOfChar(text.textContent.indexOf(name)).x)
    })()`)
    expect(letters).toEqual(letters.toSorted((a, b) => a - b))
    expect(await look(`document.querySelector('tbody tr:nth-child(2) td').textContent`)).toBe(`⟨U+202E⟩${path}`)
    // What is copied from a table is the path itself.
    expect(await look(`document.querySelector('tbody td').textContent`)).toBe(path)
  })

  test('a script that is not the page’s own does not run, wherever it stands; the page’s own does', async () => {
    const lead = html`<script>window.hit = 'script'</script><b onclick="window.hit = 'handler'">b</b><a href="javascript:void(window.hit='link')">a</a><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="window.hit = 'picture'">`
    const { tab, look, complaints } = await opened(
      browser,
      samplePage(says => says, lead),
    )
    await tab.locator('header b').click()
    await tab.locator('header a').click()
    await look(
      `{ const s = document.createElement('script'); s.textContent = 'window.hit = "added"'; document.body.append(s) }`,
    )
    await look(`{ const f = document.createElement('iframe'); f.src = 'data:text/html,x'; document.body.append(f) }`)
    expect(await look('window.hit ?? "nothing"')).toBe('nothing')
    expect(complaints.filter(c => /Content Security Policy/.test(c)).length).toBeGreaterThanOrEqual(5)
    expect(await tab.getByRole('searchbox').count()).toBe(1)
  })

  describe('on paper', () => {
    const printed = async () => {
      const page = await opened(browser, samplePage(), { colorScheme: 'dark', viewport: { width: 680, height: 1000 } })
      await page.tab.emulateMedia({ media: 'print', colorScheme: 'dark' })
      return page
    }

    test('nothing sticks or scrolls, nothing is there to be clicked, nothing is cut off', async () => {
      const { look, sideways } = await printed()
      const all = `[...document.querySelectorAll('body *')].filter(e => e.checkVisibility())`
      expect(await look(`${all}.filter(e => /sticky|fixed/.test(getComputedStyle(e).position)).length`)).toBe(0)
      expect(await look(`${all}.filter(e => e.matches('nav, input')).length`)).toBe(0)
      expect(
        await look(
          `${all}.filter(e => e.scrollWidth > e.clientWidth + 1 && /auto|scroll|hidden/.test(getComputedStyle(e).overflowX)).length`,
        ),
      ).toBe(0)
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(await look(LETTERS)).toBeGreaterThanOrEqual(9)
    })

    test('it is light, rows and charts stay whole, and heads are repeated', async () => {
      const { look } = await printed()
      expect(await look('getComputedStyle(document.body).color')).toBe('rgb(26, 29, 33)')
      expect(await look('getComputedStyle(document.querySelector("tbody tr")).breakInside')).toBe('avoid')
      expect(await look('getComputedStyle(document.querySelector("figure")).breakInside')).toBe('avoid')
      expect(await look('getComputedStyle(document.querySelector("thead")).display')).toBe('table-header-group')
    })

    test('links say where they lead, what can be opened is open, and tables of charts stay away unless opened', async () => {
      const { tab, look } = await printed()
      expect(await look('getComputedStyle(document.querySelector("main a"), "::after").content')).toContain(
        'https://example.com/runs/1',
      )
      expect(await tab.getByText('By hand.').isVisible()).toBe(true)
      const shown = `[...document.querySelectorAll('details.data')].filter(d => d.checkVisibility()).length`
      expect(await look(shown)).toBe(0)
      await look('document.querySelector("details.data").open = true')
      expect(await look(shown)).toBe(1)
    })
  })
})
