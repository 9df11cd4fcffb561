import { invalidValue, missingParameter } from './wire.ts'

/** A metric's dimensions, by name. */
export type StoredDimensions = Readonly<Record<string, string>>

// ASCII without control characters, and not only blanks.
const TEXT = /^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/
const MOST = 30

/** Checks dimensions as CloudWatch does. Source: API_Dimension. */
export function readStoredDimensions(where: string, given: unknown): StoredDimensions {
  if (given === undefined || given === null) return {}
  if (!Array.isArray(given)) throw invalidValue(`The value for parameter ${where} is invalid.`)
  if (given.length > MOST) throw invalidValue(`The collection ${where} must not have a size greater than ${MOST}.`)
  const dimensions: Record<string, string> = {}
  for (const [i, { Name, Value }] of (given as { Name?: unknown; Value?: unknown }[]).entries()) {
    const member = `${where}.member.${i + 1}`
    if (Name === undefined) throw missingParameter(`The parameter ${member}.Name is required.`)
    if (Value === undefined) throw missingParameter(`The parameter ${member}.Value is required.`)
    text(`${member}.Name`, Name, 255)
    text(`${member}.Value`, Value, 1024)
    if (String(Name).startsWith(':')) throw invalidValue(`The value ${Name} for parameter ${member}.Name is invalid.`)
    if (Object.hasOwn(dimensions, Name as string))
      throw invalidValue(`The collection ${where} has more than one dimension ${Name}.`)
    dimensions[Name as string] = Value as string
  }
  return dimensions
}

/** A text that CloudWatch takes. */
export function text(where: string, value: unknown, longest: number): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > longest)
    throw invalidValue(`The value for parameter ${where} must have a length from 1 to ${longest}.`)
  if (!TEXT.test(value)) throw invalidValue(`The value for parameter ${where} contains non-ASCII characters.`)
  return value
}

/** One text for dimensions that are the same. */
export const sameDimensions = (dimensions: StoredDimensions): string =>
  JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)))
