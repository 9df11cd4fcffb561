import { invalid, numberOption, wholeOption } from '../../../core/options.ts'
import { randomId } from '../shared/attempt.ts'

export interface HttpStepsOptions {
  /** Headers of every request, unless a scenario says otherwise. Default none. */
  readonly headers?: Readonly<Record<string, string>>
  /** A request's time, its redirects and its whole body included, in milliseconds. Default 8 seconds. */
  readonly requestTimeoutMs?: number
  /** No step that looks again and again does so for longer, in milliseconds. Default 5 minutes. */
  readonly longestMs?: number
  /** A response with a longer body fails the step, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** So many redirects are followed where a scenario wants them to be. Default 5. */
  readonly maxRedirects?: number
  /** So much of a body is attached to a step that fails, in characters. Default 4096. */
  readonly shownBodyLength?: number
  /** Headers whose values may be shown, beside those that never hold a secret. Default none. */
  readonly shownHeaders?: readonly string[]
  /** Makes what `${unique}` stands for. Default: random UUIDs. */
  readonly newId?: () => string
  /** Default: the global one. */
  readonly fetch?: typeof fetch
}

/** Options with what is not given filled in. */
export interface HttpSettings extends Required<Omit<HttpStepsOptions, 'shownHeaders' | 'headers'>> {
  readonly headers: readonly (readonly [string, string])[]
  readonly shownHeaders: ReadonlySet<string>
}

const HARMLESS =
  'accept accept-ranges age allow cache-control connection content-disposition content-encoding content-language ' +
  'content-length content-range content-type date etag expires host if-match if-modified-since if-none-match ' +
  'last-modified location range retry-after server traceparent transfer-encoding user-agent vary x-amz-request-id ' +
  'x-amzn-requestid x-request-id'

/** Throws `invalid-option`. */
export function httpSettings(options: HttpStepsOptions): HttpSettings {
  const { headers = {}, shownHeaders = [], newId = randomId } = options
  for (const [name, value] of Object.entries(headers))
    if (typeof value !== 'string') throw invalid(`httpSteps headers.${name}`, 'a text', value)
  return Object.freeze({
    headers: Object.entries(headers),
    requestTimeoutMs: numberOption('httpSteps requestTimeoutMs', options.requestTimeoutMs ?? 8000, 1),
    longestMs: numberOption('httpSteps longestMs', options.longestMs ?? 300_000, 1),
    maxBodyBytes: wholeOption('httpSteps maxBodyBytes', options.maxBodyBytes ?? 1_048_576, 0),
    maxRedirects: wholeOption('httpSteps maxRedirects', options.maxRedirects ?? 5, 0, 100),
    shownBodyLength: wholeOption('httpSteps shownBodyLength', options.shownBodyLength ?? 4096, 0),
    shownHeaders: new Set([...HARMLESS.split(' '), ...shownHeaders.map(name => name.toLowerCase())]),
    newId,
    // The global one is looked up when it is used: tests put another one in its place.
    fetch: options.fetch ?? ((...args) => fetch(...args)),
  })
}
