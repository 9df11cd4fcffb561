import { invalid, literalOption } from '../../core/options.ts'
import { knownOptions } from '../options/known-options.ts'
import { objectOption } from '../options/object-option.ts'

/** What the copy's `Host` is: the candidate's, the customer's, or the customer's with something behind its first label. */
export type HostPolicy = 'target' | 'preserve' | { readonly suffix: string }

export interface CopyHeaderOptions {
  /** Sent on beside those that say what is wanted (`accept`, `content-type`, `range`, …). Default none. */
  readonly forward?: readonly string[]
  /** Credentials are only sent on when they are named here. Default none. */
  readonly credentials?: readonly ('authorization' | 'cookie')[]
  /** Default `target`. */
  readonly host?: HostPolicy
  /** Set on every copy. Default none. */
  readonly set?: Readonly<Record<string, string>>
}

const ALWAYS = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'prefer',
  'range',
  'user-agent',
]
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key']
/** They are about one connection, or are made anew. */
const NEVER = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[^\p{Cc}]*$/u

/** Whether a header means something by itself, so that it cannot be a mark. */
export const isTaken = (name: string): boolean =>
  ALWAYS.includes(name) || NEVER.includes(name) || CREDENTIALS.includes(name)

/**
 * Makes the headers of a copy: those of the request that are on the list, and no others, because a header that nobody has
 * thought of may be a secret. `rawHeaders` are names and values in turn, as Node has them. Throws `invalid-option`.
 */
export function copyHeaders(
  origin: URL,
  options: CopyHeaderOptions,
): (rawHeaders: readonly string[], more: readonly (readonly [string, string])[]) => [string, string][] {
  knownOptions<CopyHeaderOptions>('headers', options, { forward: true, credentials: true, host: true, set: true })
  const allowed = new Set([...ALWAYS, ...forwarded(options.forward), ...credentials(options.credentials)])
  const given = objectOption<Record<string, unknown>>('headers.set', options.set ?? {})
  const set = Object.entries(given).map(([name, value]) => checked(`headers.set[${name}]`, name, value))
  const hostOf = hostPolicy(origin, options.host ?? 'target')
  return (raw, more) => {
    const headers: [string, string][] = []
    let host: string | undefined
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = raw[i]!.toLowerCase()
      if (allowed.has(name) && !more.some(([own]) => own === name)) headers.push([name, raw[i + 1]!])
      // HTTP/2 has it under another name.
      else if (name === 'host' || name === ':authority') host ??= raw[i + 1]!
    }
    headers.push(['host', hostOf(host)])
    for (const header of set) headers.push(header)
    for (const [name, value] of more) headers.push([name, value])
    return headers
  }
}

function forwarded(names: readonly string[] | undefined): string[] {
  if (names === undefined) return []
  if (!Array.isArray(names)) throw invalid('headers.forward', 'a list of header names', names)
  return names.map((name: unknown, i) => {
    const at = `headers.forward[${i}]`
    if (typeof name !== 'string' || !NAME.test(name.toLowerCase())) throw invalid(at, 'a header name', name)
    const lower = name.toLowerCase()
    if (CREDENTIALS.slice(0, 2).includes(lower)) throw invalid(at, 'credentials under headers.credentials', name)
    if (NEVER.includes(lower)) throw invalid(at, 'no header of one connection', name)
    return lower
  })
}

function credentials(names: CopyHeaderOptions['credentials']): string[] {
  if (names === undefined) return []
  if (!Array.isArray(names)) throw invalid('headers.credentials', 'a list of header names', names)
  return names.map((name, i) => literalOption(`headers.credentials[${i}]`, name, ['authorization', 'cookie']))
}

function hostPolicy(origin: URL, policy: HostPolicy): (host: string | undefined) => string {
  if (policy === 'target') return () => origin.host
  if (policy === 'preserve') return host => host ?? origin.host
  const suffix: unknown = (policy as { suffix?: unknown } | null)?.suffix
  if (suffix !== undefined) knownOptions<{ suffix: string }>('headers.host', policy, { suffix: true })
  if (typeof suffix !== 'string' || !/^[A-Za-z0-9.-]+$/.test(suffix))
    throw invalid('headers.host', "'target', 'preserve' or { suffix } of letters, digits, dots and dashes", policy)
  return host => {
    const [, name, rest] = /^([^.:]+)(.*)$/.exec(host ?? origin.host) ?? []
    return name === undefined ? origin.host : `${name}${suffix}${rest}`
  }
}

function checked(field: string, name: string, value: unknown): [string, string] {
  if (!NAME.test(name.toLowerCase()) || NEVER.includes(name.toLowerCase()))
    throw invalid(field, 'a header name that is not about one connection', name)
  if (typeof value !== 'string' || !VALUE.test(value)) throw invalid(field, 'a text without control characters', value)
  return [name.toLowerCase(), value]
}
