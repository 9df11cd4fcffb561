import { invalid, textOption } from '../../core/options.ts'

/** Characters. What is written down once stays in the log, and is read again at each start. */
export const TEXT_LIMITS = /* @__PURE__ */ Object.freeze({ host: 512, name: 256, reason: 2000 })

/** A text with something in it, of a bounded length, or the `invalid-option` error. */
export function boundedText(field: string, value: unknown, kind: keyof typeof TEXT_LIMITS): string {
  const text = textOption(field, value)
  const most = TEXT_LIMITS[kind]
  if (text.length > most) throw invalid(field, `at most ${most} characters`, `${text.slice(0, 40)}… of ${text.length}`)
  return text
}

/** The same for what may be left out. */
export function optionalText(field: string, value: unknown, kind: keyof typeof TEXT_LIMITS): string | undefined {
  return value === undefined ? undefined : boundedText(field, value, kind)
}
