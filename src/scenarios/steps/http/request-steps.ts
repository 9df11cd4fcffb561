import { AndonError } from '../../../core/errors.ts'
import { wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { docString, jsonOf, pairs } from '../shared/blocks.ts'
import { fill, fillJson } from '../shared/fill.ts'
import type { HttpWorld } from './http-world.ts'

type Steps = Declare<Record<string, unknown>>

/** What is said of requests before they are sent. */
export function requestSteps({ given }: Steps, http: HttpWorld): void {
  const setHeader = (context: ScenarioContext, name: string, value: string) => {
    const { headers } = http.draft(context)
    const filled = fill(value, http.attempt(context))
    try {
      new Headers([[name, filled]])
    } catch {
      // The runtime's own message shows the value.
      throw new AndonError('bad-header', `header ${JSON.stringify(name)}: it cannot be sent by this name or value`)
    }
    headers.set(name.toLowerCase(), filled)
  }
  const addQuery = (context: ScenarioContext, name: string, value: string) => {
    http.draft(context).query.push([name, fill(value, http.attempt(context))])
  }

  given('the request header {string} is {string}', (context, name, value) => setHeader(context, name, value), {
    doc: 'Sets a header for all requests of the scenario.',
  })
  given(
    'the request headers are',
    (context, block) => {
      for (const [name, value] of pairs(block)) setHeader(context, name, value)
    },
    { doc: 'Sets headers for all requests of the scenario: a table of names and values.' },
  )
  given('the query parameter {string} is {string}', (context, name, value) => addQuery(context, name, value), {
    doc: "Adds a parameter to the next request's address.",
  })
  given(
    'the query parameters are',
    (context, block) => {
      for (const [name, value] of pairs(block)) addQuery(context, name, value)
    },
    { doc: "Adds parameters to the next request's address: a table of names and values." },
  )
  given("the request's JSON body is", (context, block) => setJson(http, context, block), {
    doc: 'Gives the next request a body of JSON.',
  })
  given(
    "the request's text body is",
    (context, block) => {
      const text = fill(docString(block), http.attempt(context))
      http.draft(context).body = { text, mediaType: 'text/plain; charset=utf-8' }
    },
    { doc: 'Gives the next request a body of text; of another type when the scenario sets the header content-type.' },
  )
  given(
    "the request's form is",
    (context, block) => {
      const known = http.attempt(context)
      const form = new URLSearchParams(
        pairs(block).map(([name, value]): [string, string] => [name, fill(value, known)]),
      )
      http.draft(context).body = { text: form.toString(), mediaType: 'application/x-www-form-urlencoded' }
    },
    { doc: "Gives the next request a form's fields: a table of names and values." },
  )
  given(
    "I use the target's bearer token",
    context => {
      http.draft(context).credentialHeaders.set('authorization', '')
    },
    { doc: "Sends the token of the target's credentials with all requests of the scenario to its endpoint." },
  )
  given(
    "I use the target's {string} as the request header {string}",
    (context, field, header) => {
      http.draft(context).credentialHeaders.set(header.toLowerCase(), field)
    },
    { doc: "Sends a field of the target's credentials, such as an API key, as a header." },
  )
  given(
    'redirects are followed',
    context => {
      http.draft(context).followsRedirects = true
    },
    { doc: 'From here on, the response is what redirects lead to. Without this, a redirect is a response itself.' },
  )
  given(
    'redirects are not followed',
    context => {
      http.draft(context).followsRedirects = false
    },
    { doc: 'From here on, a redirect is a response itself.' },
  )
  given(
    'a request may take at most {int} ms',
    (context, ms) => {
      http.draft(context).timeoutMs = wholeOption('ms', ms, 1)
    },
    { doc: 'A request of the scenario that takes longer fails its step.' },
  )
}

function setJson(http: HttpWorld, context: ScenarioContext, block: unknown): void {
  const text = fillJson(docString(block), http.attempt(context))
  jsonOf(text, "the request's body")
  http.draft(context).body = { text, mediaType: 'application/json' }
}

/** Sending, and keeping what came for later. */
export function sendSteps({ given, when }: Steps, http: HttpWorld): void {
  when(
    'I send {httpMethod} {string}',
    (context, method: string, path) => http.sending(context, request => request(method, path)),
    { doc: "Sends a request to a path below the target's endpoint, or to an address." },
  )
  when(
    'I send {httpMethod} {string} with the JSON',
    (context, method: string, path, block) =>
      http.sending(context, request => {
        setJson(http, context, block)
        return request(method, path)
      }),
    { doc: 'Sends a request with a body of JSON.' },
  )
  given(
    'I remember {string} as {string}',
    (context, value, name) => {
      const known = http.attempt(context)
      known.values[name] = fill(value, known)
    },
    { doc: `From here on, \${name} stands for the text.` },
  )
}
