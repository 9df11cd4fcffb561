import type { Declare } from '../../support/define-steps.ts'

const isObject = (value: unknown) => typeof value === 'object' && value !== null

/** The types that a value of JSON can be checked for. */
export const jsonTypes = {
  string: (value: unknown) => typeof value === 'string',
  number: (value: unknown) => typeof value === 'number',
  'whole number': (value: unknown) => Number.isInteger(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  object: (value: unknown) => isObject(value) && !Array.isArray(value),
  array: (value: unknown) => Array.isArray(value),
  UUID: (value: unknown) =>
    typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value),
} as const

export type JsonType = keyof typeof jsonTypes

/** What is in the place of `{…}` in the expressions of the HTTP steps. None of them is proposed in snippets. */
export function httpParameterTypes({ parameterType }: Pick<Declare<object>, 'parameterType'>): void {
  const useForSnippets = false
  parameterType({ name: 'httpMethod', regexp: /GET|PUT|POST|DELETE|PATCH|HEAD/, useForSnippets })
  parameterType({ name: 'statusClass', regexp: /[1-5]xx/, useForSnippets })
  parameterType({ name: 'jsonType', regexp: Object.keys(jsonTypes).join('|'), useForSnippets })
  parameterType({
    name: 'jsonLiteral',
    regexp: /true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/,
    transform: text => JSON.parse(text!) as unknown,
    useForSnippets,
  })
}
