import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReports } from '../../../src/scenarios/reports/index.ts'
import { launched, missing, opened, where } from '../../parts/report/in-browser.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { aRun, files } from './a-run.ts'

let browser: Browser
beforeAll(async () => {
  if (!missing) browser = await launched()
})
afterAll(() => browser?.close())

describe.skipIf(missing)(`the HTML report ${where}`, () => {
  test('shows every scenario, asks nobody for anything, and shows no secret', async () => {
    const { html } = files(await tempFolder())
    const reports = await openReports([{ kind: 'html', file: html }], { out: { write: () => {} } })
    await aRun({ onEnvelope: reports.onEnvelope })
    expect(await reports.close()).toEqual([])
    const { tab, requests, complaints, url, look } = await opened(browser, await readFile(html, 'utf8'))
    expect((await requests()).filter(asked => asked !== url && !asked.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
    for (const closed of await tab.locator('[aria-expanded="false"]').all()) await closed.click()
    const text = await look<string>('document.body.innerText')
    for (const name of ['buying', 'too many', 'not written', 'left out', 'unknown']) expect(text).toContain(name)
    // A page without them would look like that of a good run.
    expect(text).toContain('bad.feature:4 cannot be read')
    expect(text).toContain("got 'oops [redacted]'")
    expect(text).not.toContain('sesame')
    if (process.env.ANDON_SCREENSHOT) await tab.screenshot({ path: process.env.ANDON_SCREENSHOT, fullPage: true })
  })
})
