/** The cookies that an answer sets, by name: each with its value and attributes in one spelling, all sorted. */
export function cookiesOf(lines: readonly string[]): Map<string, string> {
  const cookies = new Map<string, string[]>()
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';')
    const end = pair.indexOf('=')
    const name = (end < 0 ? '' : pair.slice(0, end)).trim()
    const text = [pair.slice(end + 1).trim(), ...attributes.map(attribute).filter(Boolean).sort()].join('; ')
    const known = cookies.get(name)
    if (known) known.push(text)
    else cookies.set(name, [text])
  }
  return new Map([...cookies].map(([name, texts]) => [name, texts.sort().join('\n')]))
}

/** Names of attributes have no case, and the moment of expiry is that of the answer and something. */
function attribute(text: string): string {
  const end = text.indexOf('=')
  const name = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase()
  return end < 0 || name === 'expires' ? name : `${name}=${text.slice(end + 1).trim()}`
}
