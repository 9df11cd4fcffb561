import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpSteps } from '../../../../src/scenarios/steps/index.ts'
import { runSteps } from '../run-feature.ts'
import type { TestServer } from './server.ts'
import { shop } from './shop.ts'

let server: TestServer
beforeAll(async () => {
  server = await shop()
})
afterAll(() => server.close())

const run = (lines: string, credentials?: () => unknown) =>
  runSteps(lines, {
    steps: [httpSteps({ newId: () => 'one' })],
    target: { name: 't', endpoint: `${server.origin}/`, ...(credentials ? { credentials } : {}) },
  })

/** One passing scenario, and what the server saw last. */
async function sees(lines: string) {
  const { status, message } = await run(lines)
  expect([status, message]).toEqual(['PASSED', ''])
  return server.came.at(-1)!
}
const DOC = '"""'

describe('requests', () => {
  test.each(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'])('%s is sent below the endpoint', async method => {
    expect(await sees(`When I send ${method} "/echo"`)).toMatchObject({ method, url: '/echo' })
  })

  test('headers, query parameters and texts that stand for something', async () => {
    const came = await sees(`
      Given I remember "a b" as "who"
      And the request header "X-Who" is "\${who}"
      And the request headers are
        | x-one  | 1          |
        | x-mine | \${unique} |
      And the query parameter "q" is "\${who}&c"
      And the query parameters are
        | page | 2 |
        | page | 3 |
      When I send GET "/echo?z=1"`)
    expect(came.url).toBe('/echo?z=1&q=a+b%26c&page=2&page=3')
    expect(came.headers).toMatchObject({ 'x-who': 'a b', 'x-one': '1', 'x-mine': 'one' })
  })

  test('headers stay, query parameters and the body do not', async () => {
    const came = await sees(`
      Given the request header "x-a" is "1"
      And the query parameter "q" is "1"
      And the request's text body is
        ${DOC}
        hello
        ${DOC}
      When I send POST "/echo"
      And I send POST "/echo"`)
    expect(came).toMatchObject({ url: '/echo', body: '', headers: { 'x-a': '1' } })
    expect(server.came.at(-2)).toMatchObject({
      url: '/echo?q=1',
      body: 'hello',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  })

  test('bodies of JSON, escaped, and of forms', async () => {
    const json = await sees(`
      Given I remember "say \\"hi\\"" as "words"
      When I send GET "/order"
      And I remember the response's "$.to" as "to"
      And I send POST "/echo" with the JSON
        ${DOC}
        {"words": "\${words}", "to": \${to}, "plain": "$\${x}"}
        ${DOC}`)
    expect(JSON.parse(json.body)).toEqual({
      words: 'say "hi"',
      to: { city: 'Oslo', 'zip code': '0150' },
      plain: `\${x}`,
    })
    expect(json.headers['content-type']).toBe('application/json')
    const body = await sees(`
      Given the request's JSON body is
        ${DOC}
        [1]
        ${DOC}
      When I send PUT "/echo"`)
    expect(body.body).toBe('[1]')
    const form = await sees(`
      Given the request's form is
        | a b | 1&2 |
      When I send POST "/echo"`)
    expect(form.body).toBe('a+b=1%262')
  })

  test('a remembered value is one segment of a path, or an address at its start', async () => {
    const came = await sees(`
      When I send GET "/order"
      And I remember the response's "$.id" as "id"
      And I send GET "/orders/\${id}/x"`)
    expect(came.url).toBe('/orders/a%2Fb%201/x')
    const moved = await sees(`
      When I send GET "/moved"
      Then the response's status is 3xx
      When I remember the response's header "location" as "there"
      And I send GET "\${there}"`)
    expect(moved.url).toBe('/echo?moved=1')
  })

  test('redirects are followed where they should be, and change the method as browsers do', async () => {
    expect(
      await sees(`
        Given redirects are followed
        When I send POST "/moved" with the JSON
          ${DOC}
          {}
          ${DOC}
        Then the response's status is 200`),
    ).toMatchObject({ method: 'GET', body: '', url: '/echo?moved=1' })
    expect(
      await sees(`
        Given redirects are followed
        When I send POST "/kept" with the JSON
          ${DOC}
          {}
          ${DOC}
        Then the response's status is 201
        Given redirects are not followed
        When I send GET "/kept"
        Then the response's status is 307`),
    ).toMatchObject({ method: 'GET', url: '/kept' })
    expect(server.came.at(-2)).toMatchObject({ method: 'POST', body: '{}', url: '/echo' })
  })

  test.each<[string, RegExp]>([
    [`When I send GET "/x/\${nobody}"`, /\$\{nobody\}: nothing is remembered by this name, only unique/],
    [`Given I remember ".." as "up"\nWhen I send GET "/x/\${up}"`, /\$\{up\} is "\.\.": not in a path/],
    ['When I send GET "ftp://x/"', /expected http or https/],
    [`When I send POST "/echo" with the JSON\n${DOC}\n{a}\n${DOC}`, /the request's body is no JSON/],
    [`Given the request's text body is\n${DOC}\nx\n${DOC}\nWhen I send GET "/echo"`, /a GET has no body/],
    ['When I send POST "/echo" with the JSON', /needs a text between """/],
    ['Given the request headers are', /needs a table of two columns/],
    ['Given the request header "x" is "a\u0000b"', /header "x": it cannot be sent/],
    ['Given I use the target\'s bearer token\nWhen I send GET "/echo"', /target t: it has no credentials/],
    ["Then the response's status is 200", /has not sent a request yet/],
    ['Given a request may take at most 0 ms', /ms: expected a number|ms: expected a whole number, 1 or more/],
  ])('%s fails with what is wrong', async (lines, message) => {
    const outcome = await run(lines)
    expect(outcome.status).toBe('FAILED')
    expect(outcome.message).toMatch(message)
  })
})

describe('what is expected of an answer', () => {
  const answerOf = (path: string, lines: string) => run(`When I send GET "${path}"\n${lines}`)

  test.each([
    ['/order', "the response's status is 200"],
    ['/order', "the response's status is 2xx"],
    ['/order', `the response's status is one of "200, 404"`],
    ['/order', `the response's header "X-Kind" is "order 12"`],
    ['/order', `the response's header "x-kind" contains "der"`],
    ['/order', `the response's header "x-kind" matches "^order \\d+$"`],
    ['/order', `the response's header "x-none" is absent`],
    ['/text', `the response's body is "Hello, world"`],
    ['/text', `the response's body is\n${DOC}\nHello, world\n${DOC}`],
    ['/text', `the response's body contains "world"`],
    ['/text', `the response's body matches "w.r"`],
    ['/empty', "the response's body is empty"],
    ['/text', 'the response took less than 60000 ms'],
    ['/order', `the response's "$.name" is "Ada"`],
    ['/order', `the response's "$.count" is 3`],
    ['/order', `the response's "$.share" is 0.5`],
    ['/order', `the response's "$.open" is true`],
    ['/order', `the response's "$.note" is null`],
    ['/order', `the response's "$.to['zip code']" is "0150"`],
    ['/order', `the response's "$.tags" is\n${DOC}\n["x", "y"]\n${DOC}`],
    ['/order', `the response's "$.to" has at least\n${DOC}\n{"city": "Oslo"}\n${DOC}`],
    ['/order', `the response's JSON has at least\n${DOC}\n{"to": {"city": "Oslo"}}\n${DOC}`],
    ['/later', `the response's JSON is\n${DOC}\n{"state": "pending"}\n${DOC}`],
    [
      '/order',
      'the response\'s JSON has these values\n| $.name | Ada |\n| $.count | 3 |\n| $.tags[1] | y |\n| $.to.city | "Oslo" |',
    ],
    ['/order', `the response's "$.tags" has 2 items`],
    ['/order', `the response's "$.nothing" is absent`],
    ['/order', `the response's "$.name" matches "^A"`],
    ['/order', `the response's "$.name" is a string`],
    ['/order', `the response's "$.share" is a number`],
    ['/order', `the response's "$.count" is a whole number`],
    ['/order', `the response's "$.open" is a boolean`],
    ['/order', `the response's "$.to" is an object`],
    ['/order', `the response's "$.tags" is an array`],
    ['/order', `the response's "$.uuid" is a UUID`],
  ])('%s: %s', async (path, step) => {
    const { status, message } = await answerOf(path, `Then ${step}`)
    expect([status, message]).toEqual(['PASSED', ''])
  })

  test.each<[string, string, string]>([
    ['/none', "the response's status is 200", 'status: expected 200, got 404'],
    ['/none', "the response's status is 2xx", 'status: expected 2xx, got 404'],
    ['/none', `the response's status is one of "200, 201"`, 'status: expected one of 200, 201, got 404'],
    ['/none', `the response's status is one of "ok"`, 'expected "200, 201", got "ok"'],
    ['/order', `the response's header "x-kind" is "b"`, 'header x-kind: expected "b", got [redacted]'],
    ['/order', `the response's header "content-type" contains "xml"`, 'with "xml" in it, got "application/json"'],
    ['/order', `the response's header "x-none" matches "b"`, 'that matches "b", it is absent'],
    ['/order', `the response's header "x-kind" is absent`, 'header x-kind: expected none, it is there'],
    ['/order', `I remember the response's header "x-none" as "n"`, 'expected to remember it, it is absent'],
    ['/text', `the response's body is "Hello"`, 'body: expected "Hello", got "Hello, world"'],
    ['/text', `the response's body is\n${DOC}\nHello\n${DOC}`, 'body: expected "Hello", got "Hello, world"'],
    ['/text', `the response's body contains "you"`, 'body: expected something with "you" in it, got "Hello, world"'],
    ['/text', `the response's body matches "^w"`, 'body: expected something that matches "^w", got "Hello, world"'],
    ['/text', `the response's body matches "("`, 'pattern "("'],
    ['/text', "the response's body is empty", 'body: expected nothing in it, got "Hello, world"'],
    ['/text', 'the response took less than 0 ms', 'ms: expected a number, 1 or more'],
    ['/order', `the response's "$.name" is "Bob"`, '$.name: expected "Bob", got "Ada"'],
    ['/order', `the response's "$.count" is 4`, '$.count: expected 4, got 3'],
    ['/order', `the response's "$.count" is "3"`, '$.count: expected "3", got 3'],
    ['/order', `the response's "$.tags[2]" is "z"`, '$.tags[2]: expected "z", got nothing'],
    ['/order', `the response's "$.tags" is\n${DOC}\n["x", "z"]\n${DOC}`, '$.tags[1]: expected "z", got "y"'],
    ['/order', `the response's "$.to" is\n${DOC}\n{"city": "Oslo"}\n${DOC}`, "$.to['zip code']: expected nothing, got"],
    ['/order', `the response's "$.to" has at least\n${DOC}\n{"land": 1}\n${DOC}`, '$.to.land: expected 1, got nothing'],
    ['/order', `the response's JSON is\n${DOC}\n[]\n${DOC}`, '$: expected an array, got {'],
    ['/order', `the response's JSON has at least\n${DOC}\n{"tags": ["x"]}\n${DOC}`, '$.tags: expected 1 items, got 2'],
    [
      '/order',
      "the response's JSON has these values\n| $.name | Bob |\n| $.count | 4 |",
      'got "Ada"; $.count: expected 4',
    ],
    ['/order', `the response's "$.tags" has 1 item`, '$.tags: expected 1 items, got 2'],
    ['/order', `the response's "$.name" has 1 item`, '$.name: expected an array of 1, got "Ada"'],
    ['/order', `the response's "$.name" is absent`, '$.name: expected nothing, got "Ada"'],
    ['/order', `the response's "$.name" matches "^B"`, '$.name: expected something that matches "^B", got "Ada"'],
    ['/order', `the response's "$.share" is a whole number`, '$.share: expected a value of type whole number, got 0.5'],
    ['/order', `I remember the response's "$.none" as "n"`, '$.none: expected to remember it, there is nothing'],
    ['/order', `the response's "name" is "x"`, "expected $, then .name, [0] or ['name'], at character 1"],
    ['/order', `the response's "$.a[*]" is "x"`, "expected $, then .name, [0] or ['name'], at character 4"],
    ['/order', `the response's "$.constructor" is "x"`, '$.constructor: expected "x", got nothing'],
    ['/html', `the response's "$.a" is "x"`, 'body: expected JSON, got "<p>down</p>" (text/html)'],
    ['/order', `the response's JSON is\n${DOC}\nx\n${DOC}`, 'what is expected is no JSON'],
  ])('%s: %s says what was expected and what came', async (path, step, expected) => {
    const { status, message, attached } = await answerOf(path, `Then ${step}`)
    expect(status).toBe('FAILED')
    expect(message).toContain(expected)
    if (attached.length > 0) expect(attached[0]).toContain(`GET ${server.origin}${path}`)
  })

  test('what is attached has both sides, and the headers that may be shown', async () => {
    const { attached } = await run(`
      Given the request header "x-mine" is "hidden value"
      When I send POST "/echo?a=1" with the JSON
        ${DOC}
        {"q": 1}
        ${DOC}
      Then the response's status is 200`)
    expect(attached).toHaveLength(1)
    const [text] = attached
    expect(text).toContain(`POST ${server.origin}/echo?a=1\n`)
    expect(text).toContain('content-type: application/json\nx-mine: [redacted]\n\n{"q": 1}\n\nstatus 201 in ')
    expect(text).toContain('set-cookie: [redacted]')
  })
})

describe('looking again', () => {
  test.each([
    'within 20 seconds the response to GET "/later" has status 200',
    'within 20 seconds the response to GET "/later" contains "done"',
    `within 20 seconds the JSON of GET "/later" has at least\n${DOC}\n{"state": "done"}\n${DOC}`,
  ])('%s', async step => {
    const own = await shop()
    const lines = `Then ${step}\nAnd the response's "$.state" is "done"`
    const target = { name: 't', endpoint: own.origin }
    const { status, message } = await runSteps(lines, { steps: [httpSteps()], target })
    expect([status, message, own.came.length]).toEqual(['PASSED', '', 3])
    await own.close()
  })

  test.each<[string, RegExp]>([
    [
      'the response to GET "/none" has status 200',
      /not within 1000 ms \(looked \d+ times\); at last: status: expected 200, got 404/,
    ],
    [
      'the response to GET "/text" contains "you"',
      /at last: body: expected something with "you" in it, got "Hello, world"/,
    ],
    [`the JSON of GET "/html" has at least\n${DOC}\n{}\n${DOC}`, /at last: body: expected JSON, got "<p>down<\/p>"/],
    ['the response to GET "/hang" has status 200', /at last: GET http:\S+\/hang: no answer within \d+/],
  ])('%s ends with what was seen last', async (step, message) => {
    const outcome = await run(`Then within 1 second ${step}`)
    expect(outcome.status).toBe('FAILED')
    expect(outcome.message).toMatch(message)
  })
})
