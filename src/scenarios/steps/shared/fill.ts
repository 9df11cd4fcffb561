import { AndonError } from '../../../core/errors.ts'
import type { Attempt } from './attempt.ts'

const NAMES = /\$(\$\{|\{([^{}]*)\})/g

type Known = Pick<Attempt, 'values' | 'unique'>

/**
 * Puts values where a text has `${name}`; `${unique}` is a text that no other attempt has, `$${` stands for `${` itself.
 * Texts go in as they are, all else as JSON. Throws `unknown-value`.
 */
export const fill = (text: string, known: Known): string => replace(text, known, asText)

/** The same for JSON texts: what goes in is escaped, so that `"${name}"` stays one string whatever the value is. */
export const fillJson = (text: string, known: Known): string =>
  replace(text, known, value => (typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : asText(value)))

/**
 * The same for paths of URLs: a value at the very start may be an address or a path, all others go in percent-encoded,
 * so that they never reach into another segment. Throws `unknown-value`, and `bad-path` for a value of dots.
 */
export const fillPath = (path: string, known: Known): string =>
  replace(path, known, (value, name, at) => {
    const text = asText(value)
    if (at === 0) return text
    // Dots are resolved even when they are percent-encoded.
    if (/^\.{1,2}$/.test(text))
      throw new AndonError('bad-path', `\${${name}} is ${JSON.stringify(text)}: not in a path`)
    return encodeURIComponent(text)
  })

const asText = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)))

function replace(text: string, known: Known, put: (value: unknown, name: string, at: number) => string): string {
  return text.replaceAll(NAMES, (_all, braces: string, name: string | undefined, at: number) => {
    if (braces === '${') return '${'
    return put(rememberedAs(name!, known), name!, at)
  })
}

function rememberedAs(name: string, { values, unique }: Known): unknown {
  if (Object.hasOwn(values, name)) return values[name]
  if (name === 'unique') return unique
  const names = ['unique', ...Object.keys(values)].join(', ')
  throw new AndonError('unknown-value', `\${${name}}: nothing is remembered by this name, only ${names}`)
}
