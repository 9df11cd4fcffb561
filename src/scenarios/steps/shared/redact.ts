/** Shorter ones would take the words out of everything else. */
const SHORTEST = 4
export const HIDDEN = '[redacted]'

/** Names of fields and parameters whose values are nobody's business. */
const SECRET_NAME =
  /token|secret|passw(?:or)?d|passphrase|authorization|api[-_]?key|access[-_]?key|signature|credential|session|cookie/i
// The closing quote may have been cut off; names are bounded, so that the time is as well.
const JSON_FIELD = /"((?:[^"\\]|\\.){1,100})"(\s{0,20}:\s{0,20})"(?:[^"\\]|\\[\s\S]?)*"?/g
/** The same within a text that is itself shown as JSON, as messages do. */
const QUOTED_FIELD = /\\"([^"\\]{1,100})\\"(\s{0,20}:\s{0,20})\\"(?:[^"\\]|\\\\(?:\\["\\]|[^"\\]))*(?:\\")?/g
const PARAMETER = /([?&#;\s]|^)([\w.%-]{1,100})=([^&#;\s"'<>]+)/g

/** Whether a field by this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** Takes out what is known to be secret, in each form that it may have taken on. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  return formsOf(secrets).reduce((t, form) => t.replaceAll(form, HIDDEN), text)
}

/** Takes all of that out of an error's message, the beginnings of secrets that such messages cut off included. */
export function cleanMessage(message: string, secrets: Iterable<string>): string {
  return withoutSecretFields(withoutForms(message, formsOf(secrets)))
}

/** Takes out these forms, and the beginnings of them that messages cut off. */
export function withoutForms(message: string, forms: readonly string[]): string {
  let text = forms.reduce((t, form) => t.replaceAll(form, HIDDEN), message)
  if (text.includes('...'))
    for (const form of forms)
      for (let n = form.length - 1; n >= SHORTEST; n--) text = text.replaceAll(`${form.slice(0, n)}...`, `${HIDDEN}...`)
  return text
}

/** Takes out what the name in front of it says is secret: JSON fields, and parameters of addresses and forms. */
export function withoutSecretFields(text: string): string {
  return text
    .replaceAll(JSON_FIELD, (all, name: string, colon: string) =>
      isSecretName(name) ? `"${name}"${colon}"${HIDDEN}"` : all,
    )
    .replaceAll(QUOTED_FIELD, (all, name: string, colon: string) =>
      isSecretName(name) ? `\\"${name}\\"${colon}\\"${HIDDEN}\\"` : all,
    )
    .replaceAll(PARAMETER, (all, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${HIDDEN}` : all,
    )
}

/** Every form that secrets may have taken on, the longest first: one may be part of another. */
export function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue
    const escaped = inJson(secret)
    // Twice: as a field of a body that a message shows.
    for (const form of [secret, encodeURIComponent(secret), escaped, inJson(escaped), base64(secret)]) forms.add(form)
  }
  return [...forms].sort((a, b) => b.length - a.length)
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
