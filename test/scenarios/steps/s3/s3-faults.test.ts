import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunOptions } from '../../../../src/scenarios/index.ts'
import { type S3StepsOptions, s3Steps } from '../../../../src/scenarios/steps/index.ts'
import { runSteps } from '../run-feature.ts'
import { type Doorman, door, KEYS, type TestStore, testStore } from './store.ts'

const SECRET = 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY'

let store: TestStore
let front: Awaited<ReturnType<typeof door>>
let doorman: Doorman
beforeAll(async () => {
  store = await testStore('3.7.1')
  await store.createBucket('bkt')
})
afterAll(() => store.stop())
beforeEach(async () => {
  doorman = () => false
  front = await door(store.origin, (came, respond) => doorman(came, respond))
})
afterEach(() => front.close())

const run = (lines: string, options: S3StepsOptions = {}, more: RunOptions = {}) =>
  runSteps(`Given the bucket "bkt"\n${lines}`, {
    steps: [s3Steps({ newId: () => 'one', ...options })],
    target: { name: 't', endpoint: front.origin, credentials: () => KEYS },
    ...more,
  })
const AGAIN = `
  When I put "1" as the object "a" if it is absent
  Then the store answered with status 200
  When I put "2" as the object "a" if it is absent
  Then the store answered with status 412
  And the store answered with the error "PreconditionFailed"
  When I get the object "a"
  Then I got "1"`

test('a put on a condition: a store that heeds it passes', async () => {
  const there = new Set<string>()
  doorman = ({ method, path, headers }, respond) => {
    const taken = method === 'PUT' && headers['if-none-match'] === '*' && there.has(path)
    if (method === 'PUT') there.add(path)
    if (taken) respond(412, 'PreconditionFailed')
    return taken
  }
  const { status, message } = await run(AGAIN)
  expect([status, message]).toEqual(['PASSED', ''])
})

test('a put on a condition: a store that does not heed it is found', async () => {
  expect((await run(AGAIN)).message).toBe('PUT bkt/andon/one/a: expected status 412, got 200')
})

test('bytes that come back changed are found, and where', async () => {
  let puts = 0
  doorman = ({ method }, respond) => {
    if (method === 'PUT' && ++puts === 2) {
      respond(200, 'None')
      return true
    }
    return false
  }
  // The store says that it has the second one, and has not.
  const { message } = await run(`
    When I put 1000 bytes of seed 1 as the object "a"
    And I put 1000 bytes of seed 2 as the object "a"
    Then the object "a" is what I put`)
  expect(message).toMatch(
    /^object bkt\/andon\/one\/a: expected 1000 bytes \(SHA-256 \w{64}\), got 1000 bytes .*; the first difference is at byte \d+ /,
  )
})

test('a store that hangs ends at the deadline of the request, and what may have been made is deleted', async () => {
  const came: string[] = []
  doorman = ({ method }) => {
    came.push(method)
    return method === 'PUT'
  }
  const { message, leaked } = await run('When I put "x" as the object "a"', { requestTimeoutMs: 100 })
  expect(message).toBe('PUT bkt/andon/one/a: no answer within 100 ms')
  expect([came, leaked]).toEqual([['PUT', 'DELETE'], []])
})

test('the time of the step ends a request as well', async () => {
  doorman = ({ method }) => method === 'GET'
  const { message } = await run('When I get the object "a"', {}, { stepTimeoutMs: 60 })
  expect(message).toMatch(/took longer than 60 ms/)
})

test('what cannot be deleted is told', async () => {
  doorman = ({ method }, respond) => {
    if (method !== 'DELETE') return false
    respond(503, 'SlowDown')
    return true
  }
  const { status, leaked } = await run('When I put "x" as the object "left"')
  expect(status).toBe('PASSED')
  expect(leaked).toEqual(['object bkt/andon/one/left: DELETE bkt/andon/one/left: SlowDown (503): said so'])
})

test('an error is told once, with its request: nothing is tried again behind the scenes', async () => {
  let gets = 0
  doorman = (_came, respond) => {
    gets++
    respond(500, 'InternalError')
    return true
  }
  const { message, attached } = await run('When I get the object "a"')
  expect([message, gets]).toEqual(['GET bkt/andon/one/a: InternalError (500): said so', 1])
  expect(attached[0]).toMatch(/status 500\nerror InternalError/)
})

test('an upload that does not come to its end is aborted', async () => {
  const came: string[] = []
  doorman = ({ method, path }, respond) => {
    came.push(`${method} ${path.replace(/.*\?/, '').replace(/uploadId=[^&]+/, 'upload')}`)
    if (method === 'DELETE' && path.includes('uploadId')) respond(204, 'None')
    else if (path.includes('partNumber=2')) respond(500, 'InternalError')
    else return false
    return true
  }
  const { message, leaked } = await run('When I upload 30 bytes in 3 parts as the object "a"')
  expect(message).toMatch(/^UPLOAD PART 2 bkt\/andon\/one\/a: InternalError \(500\)/)
  expect(leaked).toEqual([])
  expect(came.at(-2)).toMatch(/^DELETE .*upload/)
})

test('an object that is too large is not read to its end', async () => {
  const { message } = await run('When I put 1000 bytes as the object "a"\nAnd I get the object "a"', {
    maxObjectBytes: 1000,
  })
  expect(message).toBe('')
  const put =
    'Given the next object\'s content type is "a/b"\nWhen I put "0123456789" as the object "a"\nAnd I get the object "a"'
  expect((await run(put, { maxObjectBytes: 9 })).message).toMatch(/more than 9 bytes \(s3Steps maxObjectBytes\)/)
})

test('no bucket, and no credentials, say so', async () => {
  const target = { name: 't', endpoint: front.origin, credentials: () => ({ secretAccessKey: SECRET }) }
  const steps = [s3Steps()]
  expect((await runSteps('When I get the object "a"', { steps, target })).message).toMatch(/^no bucket: begin with/)
  const { message, ndjson } = await run('When I get the object "a"', {}, { target })
  expect(message).toMatch(/target t: its credentials were expected to have an accessKeyId and a secretAccessKey/)
  expect(ndjson).not.toContain(SECRET)
  const unnamed = await runSteps("Given the target's bucket", { steps, target })
  expect(unnamed.message).toMatch(/^target t: settings\.bucket: expected a name/)
})

test('secrets are in no message, even when the store says them', async () => {
  const target = {
    name: 't',
    endpoint: front.origin,
    credentials: async () => ({
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: SECRET,
      sessionToken: `${SECRET}-session`,
    }),
  }
  doorman = ({ headers }, respond) => {
    respond(403, `Forbidden-${SECRET}-${String(headers['x-amz-security-token'])}`)
    return true
  }
  const { status, ndjson } = await run('When I put "x" as the object "a"', {}, { target })
  expect(status).toBe('FAILED')
  expect(ndjson).toContain('[redacted]')
  expect(ndjson).not.toContain(SECRET)
})

test('credentials are asked for each time; a client that is given is used as it is', async () => {
  let asked = 0
  const credentials = () => {
    asked++
    return KEYS
  }
  const lines = 'When I put "x" as the object "a"\nThen the object "a" is what I put'
  await run(lines, {}, { target: { name: 't', endpoint: front.origin, credentials } })
  expect(asked).toBeGreaterThanOrEqual(3)
  const client = new S3Client({ endpoint: front.origin, region: 'eu-x', credentials: KEYS, forcePathStyle: true })
  const given = await run(lines, { client }, { target: { name: 'nothing else' } })
  expect([given.status, given.message]).toEqual(['PASSED', ''])
  client.destroy()
})

test('options are looked at when they are given', () => {
  expect(() => s3Steps({ client: {} as never })).toThrow('s3Steps client: expected an object with send')
  expect(() => s3Steps({ maxObjectBytes: 0.5 })).toThrow('s3Steps maxObjectBytes')
})
