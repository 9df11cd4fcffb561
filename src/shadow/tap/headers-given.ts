import type { HeaderBag } from '../answer.ts'

/** Headers as `writeHead` takes them: an object, or names and values in turn, or in pairs. */
export function headersGiven(headers: object): HeaderBag {
  const bag: Record<string, string | string[]> = Object.create(null)
  if (!Array.isArray(headers)) for (const [name, value] of Object.entries(headers)) add(bag, name, value)
  else if (Array.isArray(headers[0])) for (const [name, value] of headers as unknown[][]) add(bag, name, value)
  else for (let i = 0; i + 1 < headers.length; i += 2) add(bag, headers[i], headers[i + 1])
  return bag
}

function add(bag: Record<string, string | string[]>, name: unknown, value: unknown): void {
  const key = String(name).toLowerCase()
  const before = bag[key]
  const next = Array.isArray(value) ? value.map(String) : String(value)
  bag[key] = before === undefined ? next : [before, next].flat()
}
