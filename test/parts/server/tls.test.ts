import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { certificateAuthentication, type Principal } from '../../../src/parts/server/index.ts'
import { authority, fingerprintOf, hasOpenssl, type Pair } from './certificates.ts'
import { gate, serving } from './support.ts'

function ask(
  url: string,
  ca: string,
  pair?: Pair,
  path = '/who',
  agent?: Agent,
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = gate<{ status: number; text: string }>()
  const own = agent ?? new Agent({ ca, ...pair })
  onTestFinished(() => own.destroy())
  request(`${url}${path}`, { agent: own }, response => {
    let text = ''
    response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, text }))
  })
    .on('error', reject)
    .end()
  return promise
}

async function world() {
  const ours = await authority('ours')
  const [server, known, unknown] = [ours.sign('server'), ours.sign('known'), ours.sign('unknown')]
  const people = new Map<string, Principal>([[fingerprintOf(known), { id: 'host-1', roles: ['automation'] }]])
  const held = gate()
  const api = await serving({
    tls: { ...server, ca: ours.ca, requestCert: true, rejectUnauthorized: false },
    authenticate: certificateAuthentication({ principals: print => people.get(print) }),
    routes: [
      { method: 'GET', path: '/who', role: 'automation', handler: c => ({ json: c.principal?.id }) },
      { method: 'GET', path: '/open', role: 'anonymous', handler: c => ({ json: c.principal?.id ?? 'nobody' }) },
      {
        method: 'GET',
        path: '/held',
        role: 'anonymous',
        handler: () => held.promise.then(() => ({ text: 'at last' })),
      },
    ],
  })
  return { ours, api, known, unknown, held, people }
}

test.runIf(hasOpenssl())('a certificate tells who it is, if it was verified and is known', async () => {
  const { ours, api, known, unknown, people } = await world()
  expect(api.url).toMatch(/^https:/)
  const agent = new Agent({ ca: ours.ca, ...known, keepAlive: true })
  for (let i = 0; i < 2; i++)
    expect(await ask(api.url, ours.ca, known, '/who', agent)).toEqual({ status: 200, text: '"host-1"' })
  expect((await ask(api.url, ours.ca)).status).toBe(401)
  expect((await ask(api.url, ours.ca, unknown)).status).toBe(401)
  expect((await ask(api.url, ours.ca, undefined, '/open')).text).toBe('"nobody"')
  expect((await ask(api.url, ours.ca, unknown, '/open')).status).toBe(401)
  expect((await ask(api.url, ours.ca, known, '/open')).text).toBe('"host-1"')
  // Known, but signed by nobody whom the server knows.
  const theirs = await authority('theirs')
  const forged = theirs.sign('known')
  people.set(fingerprintOf(forged), { id: 'host-1', roles: ['automation'] })
  expect((await ask(api.url, ours.ca, forged)).status).toBe(401)
})

test.runIf(hasOpenssl())('a server with TLS closes: what was never asked is cut, what is under way ends', async () => {
  const { ours, api, known, held } = await world()
  const silent = connect(api.port, '127.0.0.1')
  const cut = new Promise(resolve => silent.on('close', resolve).on('error', () => {}))
  const greeted = tlsConnect({ port: api.port, host: '127.0.0.1', ca: ours.ca })
  await once(greeted, 'secureConnect')
  const greetedCut = new Promise(resolve => greeted.on('close', resolve).on('error', () => {}))
  const under = ask(api.url, ours.ca, known, '/held')
  const idle = new Agent({ ca: ours.ca, ...known, keepAlive: true })
  await ask(api.url, ours.ca, known, '/who', idle)
  const closed = api.close()
  await Promise.all([cut, greetedCut])
  held.resolve()
  expect((await under).text).toBe('at last')
  await closed
})
