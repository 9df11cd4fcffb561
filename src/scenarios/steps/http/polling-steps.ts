import { seconds } from '../../../core/durations.ts'
import { wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { docString, jsonOf } from '../shared/blocks.ts'
import { eventually } from '../shared/eventually.ts'
import { fill, fillJson } from '../shared/fill.ts'
import type { HttpWorld, Judge } from './http-world.ts'
import { bodyIs, jsonIs, statusIs } from './judges.ts'
import { containing } from './text-rules.ts'

/** Steps that send a GET again and again until its response is as it should be. */
export function pollingSteps({ then }: Declare<Record<string, unknown>>, http: HttpWorld): void {
  const { longestMs } = http.settings
  const until = (context: ScenarioContext, time: number, path: string, judge: Judge) =>
    http.sending(context, request => {
      const withinMs = seconds(wholeOption('seconds', time, 0, longestMs / 1000))
      return eventually(context, withinMs, async leftMs => judge(await request('GET', path, leftMs)))
    })
  // It ends by itself; the runner's own deadline would not tell what was seen last.
  const timeoutMs = longestMs + 5000

  then(
    'within {int} second(s) the response to GET {string} has status {int}',
    (context, time, path, status) =>
      until(
        context,
        time,
        path,
        statusIs(String(status), came => came === status),
      ),
    { doc: 'Sends a GET until its response has this status; the last one is then "the response".', timeoutMs },
  )
  then(
    'within {int} second(s) the response to GET {string} contains {string}',
    (context, time, path, text) => until(context, time, path, bodyIs(containing(fill(text, http.attempt(context))))),
    { doc: 'Sends a GET until there is a text in its body.', timeoutMs },
  )
  then(
    'within {int} second(s) the JSON of GET {string} has at least',
    (context, time, path, block) => {
      const expected = jsonOf(fillJson(docString(block), http.attempt(context)), 'what is expected')
      return until(context, time, path, jsonIs('$', expected, true))
    },
    { doc: 'Sends a GET until its JSON has these fields.', timeoutMs },
  )
}
