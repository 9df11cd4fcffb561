import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { facts, html, reportPage, stepChart, table, timeline } from '../../../src/parts/report/index.ts'
import { tempFolder } from '../temp-folder.ts'

const CHROMIUM = '/usr/bin/chromium'
const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
const missing = !existsSync(CHROMIUM)

/** A page like that of a release, whose texts are made by `text` from what they say. */
const pageOf = (text: (says: string) => string) =>
  reportPage({
    title: text('object-service 3.7.0 → 3.7.1'),
    subtitle: text('Run object-service-3.7.1-lx2, started 2025-01-01T00:00:00.000Z, 3 min 20 s'),
    badge: { text: text('rolled back'), tone: 'bad' },
    sections: [
      { title: text('Summary'), body: html`<p><b>${text('alarms')}</b>: ${text('3 errors in 100 requests')}</p>` },
      {
        title: text('Figures'),
        body: facts(['hosts', 'largest share', 'versions'].map(n => [text(n), text(`12 ${n}`)])),
      },
      {
        title: text('Zones'),
        body: timeline(
          ['eu-north-1/eun1-az1', 'us-gov-west-1/usgw1-az1'].map((name, i) => ({
            name: text(name),
            spans: [{ from: i * 50, to: 100, kind: 'work', title: text('during') }],
          })),
          [
            ['work', text('hosts changing')],
            ['bad', text('rolling back')],
          ],
        ),
      },
      {
        title: text('Blast radius'),
        body: stepChart(
          [
            { at: 0, share: 0 },
            { at: 9, share: 0.4 },
          ],
          text('share of hosts'),
        ),
      },
      {
        title: text('Verdicts'),
        body: table(
          ['After', 'Where', 'Gate', 'Verdict', 'Reasons'].map(text),
          Array.from({ length: 20 }, (_, n) => [
            text(`${n} s`),
            text('aws/us-east-1'),
            text('canary'),
            n,
            text('few runs'),
          ]),
        ),
      },
    ],
  })

describe.skipIf(missing)(`in a real browser (${missing ? 'skipped: needs' : 'by'} ${CHROMIUM})`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET.split(' ') })
  })
  afterAll(() => browser?.close())

  /** Opens a page from disk, and tells what the browser did and complained about. */
  const opened = async (page: string, width: number) => {
    const path = join(await tempFolder(), 'report.html')
    await writeFile(path, page)
    const tab = await browser.newPage({ viewport: { width, height: 800 } })
    onTestFinished(() => tab.close())
    const requests: string[] = []
    const complaints: string[] = []
    tab.on('request', request => requests.push(request.url()))
    tab.on('console', message => complaints.push(message.text()))
    tab.on('pageerror', error => complaints.push(error.message))
    await tab.goto(pathToFileURL(path).href, { waitUntil: 'networkidle' })
    // As text, because the browser's types are not those of this project.
    const look = <T>(expression: string) => tab.evaluate(expression) as Promise<T>
    const sideways = await look<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    return { requests, complaints, look, sideways, url: pathToFileURL(path).href }
  }

  describe.each([1280, 400])('%d pixels wide', width => {
    test('a report opens from disk without a complaint, a request or a sideways scroll', async () => {
      const { requests, complaints, sideways, look, url } = await opened(
        pageOf(says => says),
        width,
      )
      expect(requests).toEqual([url])
      expect(complaints).toEqual([])
      expect(sideways).toBeLessThanOrEqual(0)
      expect(await look('document.querySelectorAll(".lane .bars i").length')).toBe(2)
      expect(await look('document.querySelector(".bars i").getBoundingClientRect().width')).toBeGreaterThan(100)
      // The style is applied: the policy of the page lets it through.
      expect(await look('getComputedStyle(document.querySelector(".badge")).borderRadius')).toBe('10px')
    })

    test('hostile texts stay texts: nothing runs, nothing is asked for, nothing is added', async () => {
      const attack =
        '</title></style><script>document.title="hit"</script><img src="http://127.0.0.1:9/x" onerror=alert(1)>'
      const { requests, complaints, look, url } = await opened(
        pageOf(says => `${says} ${attack}" onload="alert(1)`),
        width,
      )
      expect(requests).toEqual([url])
      expect(complaints).toEqual([])
      expect(await look('document.querySelectorAll("script, img, [onload], [onerror]").length')).toBe(0)
      expect(await look('document.title')).toContain(attack)
      expect(await look('document.querySelector("tbody td").textContent')).toContain(attack)
    })

    test('words too long for a line do not make the page scroll sideways', async () => {
      const { sideways } = await opened(
        pageOf(says => `${says} ${'x'.repeat(300)}`),
        width,
      )
      expect(sideways).toBeLessThanOrEqual(0)
    })
  })
})
