import { wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { docString, jsonOf, pairs } from '../shared/blocks.ts'
import { fill, fillJson } from '../shared/fill.ts'
import { isSecretName } from '../shared/redact.ts'
import type { HttpWorld } from './http-world.ts'
import { jsonAt, jsonIs, showAt } from './judges.ts'
import { type JsonType, jsonTypes } from './parameter-types.ts'
import { matching } from './text-rules.ts'

/** What is expected of a response's JSON. */
export function jsonSteps({ when, then }: Declare<Record<string, unknown>>, http: HttpWorld): void {
  const filled = (context: ScenarioContext, text: string) => fill(text, http.attempt(context))
  const expected = (context: ScenarioContext, block: unknown) =>
    jsonOf(fillJson(docString(block), http.attempt(context)), 'what is expected')

  then("the response's JSON is", (context, block) => http.expect(context, jsonIs('$', expected(context, block))), {
    doc: 'Expects the whole of the JSON; the order of fields is of no importance.',
  })
  then(
    "the response's JSON has at least",
    (context, block) => http.expect(context, jsonIs('$', expected(context, block), true)),
    { doc: 'Expects these fields, at each level; there may be others. Arrays have the same length.' },
  )
  then(
    "the response's JSON has these values",
    (context, block) => {
      const judges = pairs(block).map(([path, cell]) => jsonIs(path, cellValue(cell, context)))
      return http.expect(context, answer => {
        const wrong = judges.map(judge => judge(answer)).filter(found => found !== undefined)
        return wrong.length === 0 ? undefined : wrong.join('; ')
      })
    },
    { doc: 'Expects values at paths: a table; values are JSON, or else texts ("1" in quotes is a text).' },
  )
  const cellValue = (cell: string, context: ScenarioContext): unknown => {
    try {
      return JSON.parse(fillJson(cell, http.attempt(context)))
    } catch (error) {
      if (error instanceof SyntaxError) return filled(context, cell)
      throw error
    }
  }
  then(
    "the response's {string} is",
    (context, path, block) => http.expect(context, jsonIs(path, expected(context, block))),
    { doc: 'Expects JSON at a path.' },
  )
  then(
    "the response's {string} has at least",
    (context, path, block) => http.expect(context, jsonIs(path, expected(context, block), true)),
    { doc: 'Expects these fields at a path, and at each level below.' },
  )
  then(
    "the response's {string} is {string}",
    (context, path, text) => http.expect(context, jsonIs(path, filled(context, text))),
    { doc: 'Expects a text at a path.' },
  )
  then(
    "the response's {string} is {jsonLiteral}",
    (context, path, value: unknown) => http.expect(context, jsonIs(path, value)),
    { doc: 'Expects a number, true, false or null at a path.' },
  )
  then(
    "the response's {string} matches {string}",
    async (context, path, pattern) => {
      const { words, holds } = await matching(pattern)
      const judge = jsonAt(path, (came, parts) =>
        typeof came === 'string' && holds(came) ? undefined : `${path}: expected ${words}, got ${showAt(came, parts)}`,
      )
      return http.expect(context, judge)
    },
    { doc: "Expects a text at a path that matches a regular expression (RE2's)." },
  )
  then(
    "the response's {string} is a/an {jsonType}",
    (context, path, type: JsonType) => {
      const judge = jsonAt(path, (came, parts) =>
        jsonTypes[type](came) ? undefined : `${path}: expected a value of type ${type}, got ${showAt(came, parts)}`,
      )
      return http.expect(context, judge)
    },
    { doc: 'Expects a string, number, whole number, boolean, object, array or UUID at a path.' },
  )
  then(
    "the response's {string} has {int} item(s)",
    (context, path, count) => {
      const wanted = wholeOption('items', count, 0)
      const judge = jsonAt(path, (came, parts) => {
        if (!Array.isArray(came)) return `${path}: expected an array of ${wanted}, got ${showAt(came, parts)}`
        return came.length === wanted ? undefined : `${path}: expected ${wanted} items, got ${came.length}`
      })
      return http.expect(context, judge)
    },
    { doc: 'Expects an array of so many items at a path.' },
  )
  then(
    "the response's {string} is absent",
    (context, path) =>
      http.expect(
        context,
        jsonAt(path, (came, parts) =>
          came === undefined ? undefined : `${path}: expected nothing, got ${showAt(came, parts)}`,
        ),
      ),
    { doc: 'Expects that there is nothing at a path; null is something.' },
  )
  when(
    "I remember the response's {string} as {string}",
    (context, path, as) =>
      http.expect(
        context,
        jsonAt(path, (came, parts) => {
          if (came === undefined) return `${path}: expected to remember it, there is nothing`
          const { values, secrets } = http.attempt(context)
          values[as] = came
          if (typeof came === 'string' && [as, ...parts].some(name => isSecretName(String(name)))) secrets.add(came)
          return undefined
        }),
      ),
    { doc: `From here on, \${name} stands for the value at a path, in paths, headers, bodies and expectations.` },
  )
}
