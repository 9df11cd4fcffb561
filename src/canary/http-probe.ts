import type { Check, CheckResult } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { invalid, messageOf, numberOption, textOption } from '../core/options.ts'
import type { PlaceId } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'

export interface HttpProbeOptions {
  readonly name: string
  readonly place?: PlaceId
  readonly url: string | URL
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The status that counts as healthy: one, or a range as [lowest, highest]. Default [200, 299]. */
  readonly status?: number | readonly [number, number]
  /** Looks at the body; answers what is wrong with it, or nothing. May throw, which is a failure with its message. */
  readonly expectBody?: (body: string) => string | undefined
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch
  readonly clock?: Clock
}

/** A check that sends one HTTP request and looks at the answer. Redirects are answers, not followed. */
export function httpProbe(options: HttpProbeOptions): Check {
  const { place, method = 'GET', headers = {}, status = [200, 299], expectBody, clock = realClock } = options
  const name = textOption('httpProbe name', options.name)
  if (!URL.canParse(String(options.url))) throw invalid('httpProbe url', 'an absolute URL', String(options.url))
  const [low, high] = typeof status === 'number' ? [status, status] : status
  numberOption('httpProbe status', low, 100, 599)
  numberOption('httpProbe status', high, low, 599)
  const url = new URL(options.url)

  return {
    name,
    ...(place === undefined ? {} : { place }),
    async run({ signal }): Promise<CheckResult> {
      const start = clock.monotonic()
      const result = (error?: string): CheckResult => {
        const durationMs = clock.monotonic() - start
        return error === undefined ? { ok: true, durationMs } : { ok: false, durationMs, error }
      }
      let response: Response
      let body: string
      try {
        response = await (options.fetch ?? fetch)(url, { method, headers, signal, redirect: 'manual' })
        body = await response.text()
      } catch (error) {
        // A failed fetch says "fetch failed"; what really happened is its cause.
        return result(messageOf((error as Error | undefined)?.cause ?? error))
      }
      if (response.status < low || response.status > high)
        return result(`status: expected ${low}–${high}, got ${response.status}`)
      try {
        return result(expectBody?.(body))
      } catch (error) {
        return result(messageOf(error))
      }
    },
  }
}
