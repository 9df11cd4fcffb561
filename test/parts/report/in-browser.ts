import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const CHROMIUM = '/usr/bin/chromium'
const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Whether there is no browser to test with. */
export const missing = !existsSync(CHROMIUM)
/** For the name of a group of tests, so that whoever runs them sees what was not tested. */
export const where = `in a real browser (${missing ? 'skipped: needs' : 'by'} ${CHROMIUM})`

export const launched = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: QUIET.split(' ') })

export interface Opened {
  readonly tab: Page
  /** Everything the browser asked for, once it has been quiet for a while. */
  readonly requests: () => Promise<readonly string[]>
  /** Everything it complained about. */
  readonly complaints: readonly string[]
  readonly url: string
  /** Evaluates in the page. As text, because the browser's types are not those of this project. */
  readonly look: <T>(expression: string) => Promise<T>
  /** By how many pixels the page could be scrolled sideways. */
  readonly sideways: () => Promise<number>
}

/** Opens a page from disk, and tells what the browser did and complained about. */
export async function opened(browser: Browser, page: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const path = join(await tempFolder(), 'report.html')
  await writeFile(path, page)
  const url = pathToFileURL(path).href
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  onTestFinished(() => tab.close())
  const requests: string[] = []
  const complaints: string[] = []
  tab.on('request', request => requests.push(request.url()))
  tab.on('console', message => complaints.push(message.text()))
  tab.on('pageerror', error => complaints.push(error.message))
  await tab.goto(url)
  const look = <T>(expression: string) => tab.evaluate(expression) as Promise<T>
  const sideways = () => look<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  const quiet = async () => {
    await tab.waitForLoadState('networkidle')
    return requests
  }
  return { tab, requests: quiet, complaints, url, look, sideways }
}

/** Texts of charts that lie over each other or outside of its frame, of all charts that are to be seen. */
export const CROWDED = `[...document.querySelectorAll('svg.chart')].filter(s => s.checkVisibility()).flatMap(svg => {
  const frame = svg.getBoundingClientRect()
  const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect() }))
  const outside = texts.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1).map(t => 'outside: ' + t.text)
  const over = texts.flatMap((a, i) => texts.slice(i + 1)
    .filter(b => a.box.left < b.box.right && b.box.left < a.box.right && a.box.top + 2 < b.box.bottom && b.box.top + 2 < a.box.bottom)
    .map(b => a.text + ' over ' + b.text))
  return [...outside, ...over]
})`

/** The size in pixels of the smallest letters in charts. */
export const LETTERS = `Math.min(...[...document.querySelectorAll('svg.chart text')].filter(t => t.checkVisibility())
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))`

/** Every colour of text and of lines on what lies below it, with less contrast than WCAG 2.2 asks for at level AA. */
export const PALE = `(() => {
  const channels = color => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = color => {
    const [r, g, b] = channels(color).slice(0, 3).map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }
  const solid = color => color.startsWith('rgb') && channels(color)[3] !== 0
  const below = e => {
    for (; e; e = e.parentElement) if (solid(getComputedStyle(e).backgroundColor)) return getComputedStyle(e).backgroundColor
    return 'rgb(255, 255, 255)'
  }
  const checked = []
  const check = (what, e, color, ground, least) => checked.push({ what: what + ' ' + e.tagName + '.' + (e.getAttribute('class') ?? ''), ratio: ratio(color, ground), least })
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ['SCRIPT', 'STYLE', 'title', 'desc'].includes(e.tagName)) continue
    const style = getComputedStyle(e)
    const ownText = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim() !== '')
    if (ownText || e.tagName === 'INPUT') check('text', e, e.closest('svg') ? style.fill : style.color, below(e), 4.5)
    if (e.matches('.line, .interval, .limit')) check('line', e, style.stroke, below(e.closest('svg').parentElement), 3)
    if (e.matches('.marker')) check('marker', e, style.fill, below(e.closest('svg').parentElement), 3)
    if (e.matches('.bars i:not(.bad, .warn)')) check('bar', e, style.backgroundColor, below(e.parentElement), 3)
  }
  return { checked: checked.length, pale: [...new Set(checked.filter(c => c.ratio < c.least).map(c => c.what + ' ' + c.ratio.toFixed(2)))] }
})()`
