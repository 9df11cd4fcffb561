import { deadline } from '../../core/abort.ts'
import type { Check, CheckResult } from '../../core/check.ts'
import type { Clock } from '../../core/clock.ts'
import { isAndonError } from '../../core/errors.ts'
import { invalid, messageOf, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { realClock } from '../../core/real-clock.ts'
import { launchBrowser, type PageLike, type RunningBrowser } from './playwright.ts'
import { takeScreenshot } from './screenshot.ts'

/** Options of `browserCheck`. One of `url` and `journey` is needed; with both, the journey begins at the URL. */
export interface BrowserCheckOptions<Page extends PageLike = PageLike> {
  readonly name: string
  readonly place?: PlaceId
  /** The page that is opened; an answer of 400 or more is a failure. */
  readonly url?: string | URL
  /** What is done there, with a page of Playwright's: annotate the parameter with its `Page`. Fails by throwing. */
  readonly journey?: (page: Page, context: { readonly signal: AbortSignal }) => Promise<unknown> | unknown
  /** How long the page and the journey may take, in milliseconds; keep it below the canary's own. Default 20,000. */
  readonly timeoutMs?: number
  /** The browser's program. Default: the one that Playwright has installed. */
  readonly executablePath?: string
  /** The browser's arguments, besides Playwright's own. Default none. */
  readonly args?: readonly string[]
  /** What Playwright's `newContext` is given: locale, viewport, proxy. Default nothing. */
  readonly context?: object
  /** The biggest screenshot of a failure that is kept, in bytes; 0 for none. Default 100,000. */
  readonly screenshotBytes?: number
  readonly clock?: Clock
}

/** What `detail` is of a failure in a browser. */
export interface BrowserFailure {
  /** Where the page was. */
  readonly url: string
  /** What it looked like: a JPEG in base64. Absent when none could be had, or only a bigger one. */
  readonly screenshot?: string
}

/**
 * A check in a real browser, through `playwright-core`, an optional peer. Each run has a browser of its own, killed at
 * its end, whatever the page does: nothing is left between runs, neither cookies nor processes nor memory. The duration
 * is that of the page and the journey, without the browser's start. The code of a failure is `timeout`, `status`,
 * `navigation`, `journey`, `browser` (it did not start, or died), or `missing-package`. Throws `invalid-option`.
 */
export function browserCheck<Page extends PageLike = PageLike>(options: BrowserCheckOptions<Page>): Check {
  const { place, journey, executablePath, args = [], context = {}, clock = realClock } = options
  const name = textOption('browserCheck name', options.name)
  const url = options.url === undefined ? undefined : String(options.url)
  if (url === undefined && journey === undefined) throw invalid('browserCheck', 'a url or a journey', options)
  if (url !== undefined && !URL.canParse(url)) throw invalid('browserCheck url', 'an absolute URL', url)
  if (journey !== undefined) portOption('browserCheck journey', { journey }, ['journey'])
  const timeoutMs = numberOption('browserCheck timeoutMs', options.timeoutMs ?? 20_000, 1)
  const maxBytes = wholeOption('browserCheck screenshotBytes', options.screenshotBytes ?? 100_000, 0)

  const visit = async (page: PageLike, signal: AbortSignal): Promise<Failed | undefined> => {
    if (url !== undefined) {
      try {
        const status = (await page.goto(url, { timeout: 0 }))?.status() ?? 0
        if (status >= 400) return { code: 'status', error: `status: expected below 400, got ${status}` }
      } catch (error) {
        return { code: 'navigation', error: lineOf(error) }
      }
    }
    try {
      if ((await journey?.(page as Page, { signal })) === false) return { code: 'journey', error: 'answered false' }
    } catch (error) {
      return { code: 'journey', error: lineOf(error) }
    }
    return undefined
  }

  return {
    name,
    ...(place === undefined ? {} : { place }),
    async run({ signal }): Promise<CheckResult> {
      let start = clock.monotonic()
      const failed = ({ code, error }: Failed, detail?: BrowserFailure): CheckResult => {
        const durationMs = clock.monotonic() - start
        return { ok: false, durationMs, error, code, ...(detail === undefined ? {} : { detail }) }
      }
      let browser: RunningBrowser | undefined
      const kill = () => void browser?.kill()
      try {
        signal.throwIfAborted()
        signal.addEventListener('abort', kill, { once: true })
        browser = await launchBrowser({ executablePath, args })
        // Aborted while it started: the listener had nothing to kill yet.
        signal.throwIfAborted()
        const page = await deadline(
          clock,
          timeoutMs,
          `${name}: a new page`,
          () => browser!.newPage(context),
          signal,
          QUIET,
        )
        start = clock.monotonic()
        const wrong = await deadline(clock, timeoutMs, name, s => visit(page, s), signal, QUIET).catch(asFailed)
        if (wrong === undefined) return { ok: true, durationMs: clock.monotonic() - start }
        const died = !browser.connected() || DIED.test(wrong.error)
        const result = failed(died ? { ...wrong, code: 'browser' } : wrong)
        if (signal.aborted || died) return result
        return { ...result, detail: { url: page.url(), ...(await takeScreenshot(page, maxBytes, clock, signal)) } }
      } catch (error) {
        return failed({ code: isAndonError(error) ? error.code : 'browser', error: lineOf(error) })
      } finally {
        signal.removeEventListener('abort', kill)
        await browser?.kill()
      }
    },
  }
}

interface Failed {
  readonly code: string
  readonly error: string
}

/** Playwright tells its calls behind the first line, in colours. */
const lineOf = (error: unknown): string => messageOf(error).split('\n', 1)[0]!.slice(0, 1000)

// The page hears of it a moment before the process is gone.
const DIED = /\bBrowser closed\b|\bcrashed\b/

const QUIET = { keepAlive: false }

const asFailed = (error: unknown): Failed => ({
  code: isAndonError(error) ? error.code : 'journey',
  error: lineOf(error),
})
