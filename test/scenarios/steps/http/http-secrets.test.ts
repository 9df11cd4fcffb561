import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpSteps } from '../../../../src/scenarios/steps/index.ts'
import { runSteps } from '../run-feature.ts'
import { type TestServer, testServer } from './server.ts'
import { shop } from './shop.ts'

const BEARER = 'bearer/token+with=signs"and\\more'
const API_KEY = 'api-key-0123456789'
const LOGIN = 't0p-secret-token'

let server: TestServer
beforeAll(async () => {
  server = await shop()
})
afterAll(() => server.close())

const credentials = async () => ({ token: BEARER, apiKey: API_KEY })
const run = (lines: string, target: object = {}) =>
  runSteps(lines, {
    steps: [httpSteps()],
    target: { name: 't', endpoint: server.origin, credentials, ...target },
  })
const noneIn = (text: string) => {
  for (const secret of [BEARER, API_KEY, LOGIN])
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), secret.slice(0, 9)])
      expect(text).not.toContain(form)
}
const AUTHENTICATED = `
  Given I use the target's bearer token
  And I use the target's "apiKey" as the request header "x-api-key"`

test('credentials are sent', async () => {
  const { status } = await run(`${AUTHENTICATED}\nWhen I send GET "/echo"\nThen the response's status is 200`)
  expect(status).toBe('PASSED')
  expect(server.came.at(-1)!.headers).toMatchObject({ authorization: `Bearer ${BEARER}`, 'x-api-key': API_KEY })
})

// The server sends all that it gets back in its body.
test.each([
  `Then the response's status is 500`,
  `Then the response's body is "x"`,
  `Then the response's body contains "nothing of this"`,
  `Then the response's JSON is\n"""\n{}\n"""`,
  `Then the response's "$.headers.authorization" is "x"`,
  `Then the response's "$.headers['x-api-key']" is 1`,
  `Then the response's "$.headers" is "x"`,
  `Then the response's "$.headers" is a string`,
])('%s fails without showing any', async step => {
  const { status, message, ndjson } = await run(`${AUTHENTICATED}\nWhen I send GET "/echo"\n${step}`)
  expect(status).toBe('FAILED')
  expect(ndjson).toContain('[redacted]')
  noneIn(message)
  noneIn(ndjson)
})

test('nor does a secret that the server gives', async () => {
  const { message, ndjson, attached } = await run(`
    When I send GET "/login"
    And I remember the response's "$.access_token" as "t"
    Then the response's body is "x"`)
  expect(message).toMatch(/^body: expected "x", got ".*redacted/)
  expect(attached[0]).toContain('"user":"ada"')
  noneIn(ndjson)
  const later = await run(`
    When I send GET "/login"
    And I remember the response's "$.access_token" as "t"
    And I send GET "/echo?q=\${t}"
    Then the response's "$.url" is "x"`)
  expect(later.status).toBe('FAILED')
  noneIn(later.ndjson)
  // Not remembered: known by its name alone.
  for (const step of [`"$.access_token" is "x"`, `"$" is "x"`]) {
    const { status, ndjson: told } = await run(`When I send GET "/login"\nThen the response's ${step}`)
    expect(status).toBe('FAILED')
    noneIn(told)
  }
})

test('nor does a step that looks again and again, nor an error on the way', async () => {
  const again = `${AUTHENTICATED}\nThen within 1 second the response to GET "/echo" contains "nothing of this"`
  const { status, ndjson } = await run(again)
  expect(status).toBe('FAILED')
  noneIn(ndjson)
  const hang = `${AUTHENTICATED}\nGiven a request may take at most 30 ms\nWhen I send GET "/hang?key=${encodeURIComponent(BEARER).length}"`
  noneIn((await run(hang)).ndjson)
})

test('credentials that are missing are named, not shown', async () => {
  const { message, ndjson } = await run(`
    Given I use the target's "password" as the request header "x-p"
    When I send GET "/echo"`)
  expect(message).toBe('target t: its credentials were expected to have a text "password"')
  noneIn(ndjson)
})

test('credentials go to the endpoint alone, also behind a redirect', async () => {
  const other = await testServer((_came, response) => response.end('{}'))
  const door = await testServer((_came, response) => response.writeHead(302, { location: other.origin }).end())
  const lines = `${AUTHENTICATED}
    And the request header "cookie" is "sid=1"
    And redirects are followed
    When I send GET "/"
    And I send GET "${other.origin}/direct"`
  const { status } = await run(lines, { endpoint: door.origin })
  expect(status).toBe('PASSED')
  expect(door.came[0]!.headers).toMatchObject({ authorization: `Bearer ${BEARER}`, cookie: 'sid=1' })
  expect(other.came.map(({ headers }) => [headers.authorization, headers['x-api-key']])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ])
  expect(other.came[0]!.headers.cookie).toBeUndefined()
  await door.close()
  await other.close()
})

test('nor does JSON that is none', async () => {
  const { message, ndjson } = await run(`
    When I send GET "/login"
    And I remember the response's "$.access_token" as "t"
    And I send POST "/echo" with the JSON
      """
      {"t": \${t}}
      """`)
  expect(message).toMatch(/^the request's body is no JSON: Unexpected /)
  // It stands in the answer to the login, where its name hides it.
  noneIn(ndjson)
})
