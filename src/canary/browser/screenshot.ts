import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import type { PageLike } from './playwright.ts'

const ALLOWED_MS = 2000

/**
 * What a page looks like, as a JPEG in base64, of at most `maxBytes` bytes: in two qualities, the better one first.
 * Nothing when there is none in time, as of a page that hangs. Never rejects.
 */
export async function takeScreenshot(
  page: PageLike,
  maxBytes: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ screenshot?: string }> {
  if (maxBytes === 0) return {}
  try {
    for (const quality of [70, 20]) {
      const take = () => page.screenshot({ type: 'jpeg', quality, timeout: ALLOWED_MS })
      const image = await deadline(clock, ALLOWED_MS, 'screenshot', take, signal, { keepAlive: false })
      if (image.length <= maxBytes) return { screenshot: Buffer.from(image).toString('base64') }
    }
  } catch {
    // The failure is told without it.
  }
  return {}
}
