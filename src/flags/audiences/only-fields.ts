import { describe, invalid } from '../../core/options.ts'

/** Refuses what an object has beside `fields`: a deny list with a letter wrong would otherwise let everybody in. */
export function onlyFields(at: string, object: object, fields: readonly string[]): void {
  const unknown = Object.keys(object).find(field => !fields.includes(field))
  if (unknown !== undefined) throw invalid(`${at}[${describe(unknown)}]`, `one of ${fields.join(', ')}`, unknown)
}
