import { AndonError } from '../../../core/errors.ts'
import { numberOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { docString } from '../shared/blocks.ts'
import { fill } from '../shared/fill.ts'
import { isSecretName } from '../shared/redact.ts'
import type { HttpWorld } from './http-world.ts'
import { bodyIs, headerIs, statusIs, type TextRule } from './judges.ts'
import { containing, EMPTY, equalTo, matching } from './text-rules.ts'

const STATUS_LIST = /^\s*[1-5]\d\d(\s*,\s*[1-5]\d\d)*\s*$/

/** What is expected of a response's status, headers, body and time. */
export function responseSteps({ when, then }: Declare<Record<string, unknown>>, http: HttpWorld): void {
  const filled = (context: ScenarioContext, text: string) => fill(text, http.attempt(context))
  const header = (context: ScenarioContext, name: string, rule: TextRule) =>
    http.expect(context, headerIs(name, rule, http.settings.shownHeaders))
  const body = (context: ScenarioContext, rule: TextRule) => http.expect(context, bodyIs(rule))

  then(
    "the response's status is {int}",
    (context, status) =>
      http.expect(
        context,
        statusIs(String(status), came => came === status),
      ),
    { doc: 'Expects one status.' },
  )
  then(
    "the response's status is {statusClass}",
    (context, range: string) =>
      http.expect(
        context,
        statusIs(range, came => String(came)[0] === range[0]),
      ),
    { doc: 'Expects a class of status: 1xx to 5xx.' },
  )
  then(
    "the response's status is one of {string}",
    (context, list) => {
      if (!STATUS_LIST.test(list))
        throw new AndonError('bad-status', `expected "200, 201", got ${JSON.stringify(list)}`)
      const all = list.split(',').map(Number)
      return http.expect(
        context,
        statusIs(`one of ${all.join(', ')}`, came => all.includes(came)),
      )
    },
    { doc: 'Expects one of several: "200, 201".' },
  )
  then(
    "the response's header {string} is {string}",
    (context, name, value) => header(context, name, equalTo(filled(context, value))),
    { doc: "Expects a header's whole value." },
  )
  then(
    "the response's header {string} contains {string}",
    (context, name, value) => header(context, name, containing(filled(context, value))),
    { doc: "Expects a text within a header's value." },
  )
  then(
    "the response's header {string} matches {string}",
    async (context, name, pattern) => header(context, name, await matching(pattern)),
    { doc: "Expects a header's value to match a regular expression (RE2's)." },
  )
  then(
    "the response's header {string} is absent",
    (context, name) =>
      http.expect(context, ({ headers }) =>
        headers.has(name) ? `header ${name}: expected none, it is there` : undefined,
      ),
    { doc: 'Expects that there is no such header.' },
  )
  then("the response's body is", (context, block) => body(context, equalTo(filled(context, docString(block)))), {
    doc: 'Expects the whole body.',
  })
  then("the response's body is {string}", (context, text) => body(context, equalTo(filled(context, text))), {
    doc: 'Expects the whole body.',
  })
  then("the response's body contains {string}", (context, text) => body(context, containing(filled(context, text))), {
    doc: 'Expects a text within the body.',
  })
  then("the response's body matches {string}", async (context, pattern) => body(context, await matching(pattern)), {
    doc: "Expects the body to match a regular expression (RE2's), anywhere.",
  })
  then("the response's body is empty", context => body(context, EMPTY), { doc: 'Expects no body.' })
  then(
    'the response took less than {int} ms',
    (context, ms) => {
      const limitMs = numberOption('ms', ms, 1)
      return http.expect(context, ({ tookMs }) =>
        tookMs < limitMs ? undefined : `time: expected less than ${limitMs} ms, got ${tookMs.toFixed(1)} ms`,
      )
    },
    {
      doc: "Expects that request and response, from first to last byte, took less time; a canary's own network included.",
    },
  )
  when(
    "I remember the response's header {string} as {string}",
    (context, name, as) =>
      http.expect(context, ({ headers }) => {
        const came = headers.get(name)
        if (came === null) return `header ${name}: expected to remember it, it is absent`
        const { values, secrets } = http.attempt(context)
        values[as] = came
        if (isSecretName(name) || isSecretName(as)) secrets.add(came)
        return undefined
      }),
    { doc: `From here on, \${name} stands for the header’s value.` },
  )
}
