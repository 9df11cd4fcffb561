import { deadline } from '../../../core/abort.ts'
import { AndonError } from '../../../core/errors.ts'
import { messageOf } from '../../../core/options.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { attemptOf } from '../shared/attempt.ts'
import { credentialHeaders } from './credential-headers.ts'
import type { Draft } from './draft.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { HttpSettings } from './options.ts'
import { readBody } from './read-body.ts'
import { urlOf } from './url.ts'

/** Where they belong, the headers that a scenario sets itself must not go anywhere else. */
const OF_ONE_ORIGIN = ['authorization', 'cookie', 'proxy-authorization']

/**
 * Sends what the draft says, once; `draft.last` is what was sent, also when nothing came. Credentials of the target go to
 * its own origin only. Rejects with `timeout`, `request-failed`, `body-too-large`, `too-many-redirects`, `no-endpoint`,
 * `no-credentials`, `bad-path`, and with the step's own reason to end.
 */
export async function send(
  context: ScenarioContext,
  draft: Draft,
  settings: HttpSettings,
  { method, path, leftMs = Infinity }: { readonly method: string; readonly path: string; readonly leftMs?: number },
): Promise<Answer> {
  const { clock, target } = context
  const url = urlOf(target, path, draft.query)
  const home = urlOf(target, '/', []).origin
  const { secrets } = attemptOf(context, settings.newId)
  const { body } = draft
  if (body && (method === 'GET' || method === 'HEAD'))
    throw new AndonError('request-failed', `${method} ${url}: a ${method} has no body`)
  const exchange: Exchange = { method, url: url.href, requestHeaders: [], body, redirects: 0, answer: undefined }
  draft.last = exchange
  const limitMs = Math.min(draft.timeoutMs ?? settings.requestTimeoutMs, leftMs)
  const began = clock.monotonic()
  const work = async (signal: AbortSignal) => {
    const secret = await credentialHeaders(target, draft.credentialHeaders, secrets)
    signal.throwIfAborted()
    const response = await hop({ url, method, home, secret, draft, exchange, settings, signal })
    const { text, complete } = await readBody(response, settings.maxBodyBytes)
    const { status, headers } = response
    exchange.answer = { status, headers, text, tookMs: clock.monotonic() - began }
    if (!complete) {
      const what = `the body has more than ${settings.maxBodyBytes} bytes (httpSteps maxBodyBytes)`
      throw new AndonError('body-too-large', `${method} ${exchange.url}: ${what}`)
    }
    return exchange.answer
  }
  try {
    return await deadline(clock, limitMs, `${method} ${url.href}`, work, context.signal)
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof AndonError) throw error
    // A failed fetch says "fetch failed"; what really happened is its cause.
    const why = messageOf((error as Error | undefined)?.cause ?? error)
    throw new AndonError('request-failed', `${method} ${exchange.url}: ${why}`, { cause: error })
  }
}

interface Hop {
  readonly url: URL
  readonly method: string
  readonly home: string
  readonly secret: readonly (readonly [string, string])[]
  readonly draft: Draft
  readonly exchange: Exchange
  readonly settings: HttpSettings
  readonly signal: AbortSignal
}

/** One request, and those that it is redirected to. */
async function hop(one: Hop): Promise<Response> {
  const { url, method, home, secret, draft, exchange, settings, signal } = one
  const { body } = exchange
  const first = exchange.redirects === 0
  const headers = new Headers()
  if (body) headers.set('content-type', body.mediaType)
  for (const [name, value] of draft.headers)
    if (first || url.origin === home || !OF_ONE_ORIGIN.includes(name)) headers.set(name, value)
  if (!body) headers.delete('content-type')
  exchange.url = url.href
  exchange.requestHeaders = [...headers].filter(([name]) => !draft.credentialHeaders.has(name))
  if (url.origin === home) for (const [name, value] of secret) headers.set(name, value)
  const init = { method, headers, signal, redirect: 'manual' as const, ...(body ? { body: body.text } : {}) }
  const response = await settings.fetch(url.href, init)
  const location = response.headers.get('location')
  if (!draft.followsRedirects || location === null || ![301, 302, 303, 307, 308].includes(response.status))
    return response

  await response.body?.cancel()
  const from = `${exchange.method} ${url.href}`
  if (++exchange.redirects > settings.maxRedirects)
    throw new AndonError('too-many-redirects', `${from}: more than ${settings.maxRedirects} redirects, to ${location}`)
  if (!URL.canParse(location, url.href) || !/^https?:$/.test(new URL(location, url).protocol))
    throw new AndonError('request-failed', `${from}: redirected to ${location}, which is no address of HTTP`)
  const { status } = response
  // As browsers do: only 307 and 308 keep what is not a GET or a HEAD as it is.
  const asGet = method !== 'HEAD' && (status === 303 || (method === 'POST' && (status === 301 || status === 302)))
  if (asGet) exchange.body = undefined
  return hop({ ...one, url: new URL(location, url), method: asGet ? 'GET' : method })
}
