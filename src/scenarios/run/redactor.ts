import type { Envelope } from '@cucumber/messages'
import { invalid } from '../../core/options.ts'
import { formsOf, withoutForms } from '../steps/shared/redact.ts'

/** Shorter ones would take the words out of everything else. */
const SHORTEST = 4

/** Takes secrets out of texts and messages. */
export interface Redactor {
  text(text: string): string
  envelope(envelope: Envelope): Envelope
}

/** Throws `invalid-option` for a secret that is no text or too short to be one. */
export function redactor(secrets: readonly string[]): Redactor {
  if (!Array.isArray(secrets)) throw invalid('secrets', 'a list of texts', typeof secrets)
  secrets.forEach((secret: unknown, i) => {
    if (typeof secret !== 'string' || secret.length < SHORTEST)
      throw invalid(`secrets[${i}]`, `a text of ${SHORTEST} characters at least`, typeof secret)
  })
  if (secrets.length === 0) return { text: text => text, envelope: envelope => envelope }
  const forms = formsOf(secrets)
  const inBytes = forms.map(form => Buffer.from(form).toString('latin1'))
  const text = (given: string) => withoutForms(given, forms)
  const base64 = (body: string) => {
    const plain = Buffer.from(body, 'base64').toString('latin1')
    const clean = withoutForms(plain, inBytes)
    return clean === plain ? body : Buffer.from(clean, 'latin1').toString('base64')
  }
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(visit)
    const { contentEncoding, body } = value as { contentEncoding?: unknown; body?: unknown }
    const entries = Object.entries(value).map(([key, inner]) => [key, visit(inner)] as const)
    const clean = Object.fromEntries(entries)
    return contentEncoding === 'BASE64' ? { ...clean, body: base64(body as string) } : clean
  }
  return { text, envelope: envelope => visit(envelope) as Envelope }
}
