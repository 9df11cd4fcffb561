import type { Answer, HeaderBag } from '../../answer.ts'

/** The answer with the names of its headers in lower case, as Node has them; whoever makes a bag by hand may not. */
export function inLowerCase(answer: Answer): Answer {
  for (const name in answer.headers)
    if (name !== name.toLowerCase()) return { ...answer, headers: lowered(answer.headers) }
  return answer
}

function lowered(headers: HeaderBag): HeaderBag {
  const bag: Record<string, HeaderBag[string]> = {}
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase()
    const known = Object.hasOwn(bag, key) ? bag[key] : undefined
    bag[key] = known === undefined ? value : [known, value ?? []].flat().map(String)
  }
  return bag
}
