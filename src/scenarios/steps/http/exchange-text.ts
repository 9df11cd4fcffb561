import { duration } from '../../../core/durations.ts'
import { HIDDEN, withoutSecretFields, withoutSecrets } from '../shared/redact.ts'
import type { Exchange } from './exchange.ts'
import type { HttpSettings } from './options.ts'

/** A request and what came, for people: without secrets, with the headers that may be shown and the beginning of bodies. */
export function exchangeText(
  { method, url, requestHeaders, body, redirects, answer }: Exchange,
  { shownHeaders, shownBodyLength }: Pick<HttpSettings, 'shownHeaders' | 'shownBodyLength'>,
  secrets: Iterable<string>,
): string {
  const known = [...secrets]
  const clean = (text: string) => withoutSecretFields(withoutSecrets(text, known))
  const headers = (all: Iterable<readonly [string, string]>) =>
    [...all].map(([name, value]) => `${name}: ${shownHeaders.has(name) ? clean(value) : HIDDEN}`)
  const shown = (text: string) => {
    // Secrets first: half of one that the end cuts through would still be shown.
    const whole = withoutSecrets(text, known)
    const rest = whole.length - shownBodyLength
    const part = withoutSecretFields(rest > 0 ? whole.slice(0, shownBodyLength) : whole)
    return rest > 0 ? `${part}… (${rest} more characters)` : part
  }
  const lines = [`${method} ${clean(url)}`, ...headers(requestHeaders), '']
  if (body) lines.push(shown(body.text), '')
  if (redirects > 0) lines.push(`redirects followed: ${redirects}`, '')
  if (!answer) return [...lines, 'no response'].join('\n')
  lines.push(
    `status ${answer.status} in ${duration(answer.tookMs)}`,
    ...headers(answer.headers),
    '',
    shown(answer.text),
  )
  return lines.join('\n')
}
