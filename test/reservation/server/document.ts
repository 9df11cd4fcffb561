import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { RESERVATION_OPENAPI } from '../../../src/reservation/server/openapi.ts'

interface Operation {
  readonly 'x-roles': readonly string[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>
}

export const OPERATIONS = Object.entries(RESERVATION_OPENAPI.paths).flatMap(([path, methods]) =>
  Object.entries(methods as unknown as Record<string, Operation>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    operation,
  })),
)

// Answers may have more than the document tells, later; in tests what it does not tell is a mistake.
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, strict(v)]))
  const closes = copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined
  return closes ? { ...copy, additionalProperties: false } : copy
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema({ $id: 'document', ...(strict(structuredClone(RESERVATION_OPENAPI)) as object) })
const compiled = new Map<string, ValidateFunction>()

/** The validator of a schema in the document, by its JSON pointer. */
export function validatorAt(pointer: string): ValidateFunction {
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` })
  compiled.set(pointer, validate)
  return validate
}

const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Fails unless the document tells of this status and this body for the operation. */
export function expectAsDocumented(method: string, path: string, status: number, body: unknown): void {
  const found = OPERATIONS.find(o => o.method === method && o.path === path)
  const response = found?.operation.responses[status]
  expect(response, `${method} ${path}: status ${status} is not in the document (${JSON.stringify(body)})`).toBeDefined()
  if (!response?.content) return expect(body, `${method} ${path} ${status}`).toBeUndefined()
  if (!response.content['application/json']) return
  const pointer = [
    '',
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    'application/json',
    'schema',
  ]
  const validate = validatorAt(pointer.map(escaped).join('/'))
  validate(body)
  expect(validate.errors ?? [], `${method} ${path} ${status}: ${JSON.stringify(body)}`).toEqual([])
}
