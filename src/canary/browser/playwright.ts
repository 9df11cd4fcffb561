import type { BrowserServer, BrowserType, LaunchOptions } from 'playwright-core'
import { missingPackage } from '../../core/missing-package.ts'

/** A browser of our own, and the way to end it, whatever it does. */
export interface RunningBrowser {
  newPage(options: object): Promise<PageLike>
  connected(): boolean
  /** Kills its processes; resolves when they are gone. Never rejects. */
  kill(): Promise<void>
}

/** What is used of a page of Playwright's. */
export interface PageLike {
  goto(url: string, options?: { timeout?: number }): Promise<{ status(): number } | null>
  screenshot(options?: { type?: 'jpeg'; quality?: number; timeout?: number }): Promise<Uint8Array>
  context(): { close(): Promise<void> }
  url(): string
}

/** How a browser is started. */
export interface BrowserLaunch {
  readonly executablePath: string | undefined
  readonly args: readonly string[]
}

/** Starts a browser. Rejects with `missing-package` when Playwright is not installed, and with what the start came to. */
export async function launchBrowser({ executablePath, args }: BrowserLaunch): Promise<RunningBrowser> {
  const chromium = await loadChromium()
  const server: BrowserServer = await chromium.launchServer({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...args],
    host: '127.0.0.1',
    // What the process does on a signal is for the user to say.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  } satisfies LaunchOptions & { host: string })
  const kill = () => server.kill().catch(() => {})
  try {
    const browser = await chromium.connect(server.wsEndpoint())
    return {
      newPage: async options => (await (await browser.newContext(options)).newPage()) as PageLike,
      connected: () =>
        browser.isConnected() && server.process().exitCode === null && server.process().signalCode === null,
      kill,
    }
  } catch (error) {
    await kill()
    throw error
  }
}

async function loadChromium(): Promise<BrowserType> {
  try {
    return (await import('playwright-core')).chromium
  } catch (cause) {
    throw missingPackage('playwright-core', cause)
  }
}
