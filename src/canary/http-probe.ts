import type { Check, CheckResult } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { invalid, messageOf, numberOption, portOption, textOption, wholeOption } from '../core/options.ts'
import { type PlaceId, parsePlace } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'
import { httpFailure } from './http-failure.ts'
import { readBody } from './read-body.ts'

export interface HttpProbeOptions {
  readonly name: string
  readonly place?: PlaceId
  readonly url: string | URL
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The status that counts as healthy: one, or a range as [lowest, highest]. Default [200, 299]. */
  readonly status?: number | readonly [number, number]
  /** Looks at the body; answers what is wrong with it, or nothing, at once or later. May throw, which is a failure with its message. */
  readonly expectBody?: (body: string) => string | undefined | Promise<string | undefined>
  /** The longest body that is read, in bytes, decompressed; a longer one is a failure. Default 1 MiB. */
  readonly maxBytes?: number
  /** Default: the global fetch, which keeps connections open and uses them again. */
  readonly fetch?: typeof fetch
  readonly clock?: Clock
}

/**
 * A check that sends one HTTP request and looks at the answer. Redirects are answers, not followed. The code of a
 * failure is `dns`, `connect`, `reset`, `tls`, `timeout`, `aborted`, `protocol`, `decode`, `too-large`, `redirect`,
 * `status`, `body`, or `request` for what is none of these; of an answer with a wrong status, `detail` has that status.
 * Throws `invalid-option`, and `invalid-place`.
 */
export function httpProbe(options: HttpProbeOptions): Check {
  const { place, method = 'GET', headers = {}, status = [200, 299], expectBody, clock = realClock } = options
  const name = textOption('httpProbe name', options.name)
  const url = httpUrl(options.url)
  if (place !== undefined) parsePlace(place)
  textOption('httpProbe method', method)
  readHeaders(headers)
  const range: readonly unknown[] = Array.isArray(status) ? status : [status, status]
  const low = numberOption('httpProbe status', range[0], 100, 599)
  const high = numberOption('httpProbe status', range[1], low, 599)
  const maxBytes = wholeOption('httpProbe maxBytes', options.maxBytes ?? 2 ** 20, 0)
  if (expectBody !== undefined) portOption('httpProbe expectBody', { expectBody }, ['expectBody'])
  if (options.fetch !== undefined) portOption('httpProbe fetch', options, ['fetch'])

  return {
    name,
    ...(place === undefined ? {} : { place }),
    async run({ signal }): Promise<CheckResult> {
      const start = clock.monotonic()
      const took = () => ({ durationMs: clock.monotonic() - start })
      let response: Response
      let body: string
      try {
        response = await (options.fetch ?? fetch)(url, { method, headers, signal, redirect: 'manual' })
        // Read whatever the status is: a connection with an unread body cannot be used again.
        body = await readBody(response, maxBytes)
      } catch (error) {
        return { ok: false, ...took(), ...httpFailure(error, signal) }
      }
      if (response.status < low || response.status > high) {
        const redirect = response.status >= 300 && response.status < 400
        const error = `status: expected ${low}–${high}, got ${response.status}`
        const detail = { status: response.status, location: response.headers.get('location')?.slice(0, 1000) }
        return { ok: false, ...took(), error, code: redirect ? 'redirect' : 'status', detail }
      }
      try {
        const wrong = await expectBody?.(body)
        return wrong === undefined ? { ok: true, ...took() } : { ok: false, ...took(), error: wrong, code: 'body' }
      } catch (error) {
        return { ok: false, ...took(), error: messageOf(error), code: 'body' }
      }
    },
  }
}

function httpUrl(given: unknown): URL {
  const url = typeof given === 'string' || given instanceof URL ? URL.parse(String(given)) : null
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('httpProbe url', 'an absolute http or https URL', given)
  return url
}

function readHeaders(headers: unknown): void {
  try {
    new Headers(headers as Record<string, string>)
    if (Object.values(headers as object).every(value => typeof value === 'string')) return
  } catch {
    // Said below, with the field's name.
  }
  throw invalid('httpProbe headers', 'an object of names and texts that HTTP allows', headers)
}
