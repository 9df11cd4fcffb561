import { request } from 'node:https'
import { expect, onTestFinished, test } from 'vitest'
import { createApiServer } from '../../../src/parts/server/index.ts'
import { createFleetLockServer } from '../../../src/reservation/fleetlock/create-fleet-lock-server.ts'
import type { FleetLockOptions } from '../../../src/reservation/fleetlock/fleet-lock-options.ts'
import { fleetLockRoutes } from '../../../src/reservation/fleetlock/fleet-lock-routes.ts'
import { startChild } from '../../parts/children.ts'
import { authority, fingerprintOf, hasOpenssl, type Pair } from '../../parts/server/certificates.ts'
import { cell, hostOf, nodes, post, sha256, tokenOf, yes } from './support.ts'

const openssl = hasOpenssl()

async function serving(given: Partial<FleetLockOptions> = {}, options: Parameters<typeof cell>[0] = {}) {
  const world = await cell(options)
  const server = await createFleetLockServer({ coordinator: world.coordinator, nodes, ...given })
  onTestFinished(() => server.close())
  return { ...world, url: server.url }
}
const said = async (answer: Response) => [answer.status, ((await answer.json()) as { kind: string }).kind]

test('a node gets its host, again and again, and gives it back, again and again', async () => {
  const { url, coordinator } = await serving()
  const reservations = async () => (await coordinator.status()).reservations
  expect((await post(url, 'steady-state', 'n1')).status).toBe(200)
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
  const [first] = await reservations()
  expect(first).toMatchObject({
    host: hostOf(1),
    activity: 'restart',
    phase: 'executing',
    holder: 'fleetlock n1',
    ttlMs: 3_600_000,
  })
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
  const [again] = await reservations()
  expect(again).toMatchObject({ id: first!.id, token: first!.token })
  expect(again!.expiresAt).toBeGreaterThanOrEqual(first!.expiresAt)
  expect((await post(url, 'steady-state', 'n1')).status).toBe(200)
  expect(await reservations()).toEqual([])
  expect((await post(url, 'steady-state', 'n1')).status).toBe(200)
  // The next reboot is another one, however soon.
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
  expect((await reservations())[0]!.id).not.toBe(first!.id)
})

test('asked ten times at once, it is one reservation', async () => {
  const { url, coordinator } = await serving()
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(url, 'pre-reboot', 'n1')))
  expect(answers.map(a => a.status)).toEqual(Array(10).fill(200))
  expect((await coordinator.status()).reservations).toHaveLength(1)
})

test('what the rules do not allow is refused with the rule, in the words of the protocol', async () => {
  const { url } = await serving()
  await post(url, 'pre-reboot', 'n1')
  const answer = await post(url, 'pre-reboot', 'n2')
  expect(answer.status).toBe(409)
  expect(answer.headers.get('content-type')).toBe('application/json')
  const body = (await answer.json()) as Record<string, string>
  expect(Object.keys(body)).toEqual(['kind', 'value'])
  expect(body.kind).toMatch(/^failed_lock_(capacity|limits)$/)
  expect(body.value).not.toBe('')
})

test('a service that does not say go is no permission', async () => {
  const { url, coordinator } = await serving(
    {},
    { safety: { isSafeToReserve: () => Promise.reject(new Error('down')) } },
  )
  expect(await said(await post(url, 'pre-reboot', 'n1'))).toEqual([409, 'failed_lock_safety'])
  expect((await coordinator.status()).reservations).toEqual([])
})

test('a host that is not healthy after its reboot stays locked until it is', async () => {
  const { url, health, coordinator } = await serving()
  await post(url, 'pre-reboot', 'n1')
  for (const says of ['wait', 'stop'] as const) {
    health.says = says
    expect(await said(await post(url, 'steady-state', 'n1'))).toEqual([409, 'failed_unlock_unhealthy'])
    expect((await coordinator.status()).reservations).toMatchObject([{ host: hostOf(1), phase: 'restoring' }])
    expect((await post(url, 'pre-reboot', 'n2')).status).toBe(409)
  }
  health.says = 'go'
  expect((await post(url, 'steady-state', 'n1')).status).toBe(200)
  expect((await post(url, 'pre-reboot', 'n2')).status).toBe(200)
})

test('a host that is not healthy before its reboot does not reboot until it is', async () => {
  const { url, health, coordinator } = await serving()
  health.says = 'stop'
  expect(await said(await post(url, 'pre-reboot', 'n1'))).toEqual([409, 'failed_lock_unhealthy'])
  expect((await coordinator.status()).reservations).toMatchObject([{ host: hostOf(1), phase: 'granted' }])
  health.says = 'go'
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
  expect((await coordinator.status()).reservations).toMatchObject([{ phase: 'executing' }])
})

test('a host that stayed away for longer than its lease is a casualty, and is refused until somebody deals with it', async () => {
  const { url, coordinator } = await serving(
    { nodes: id => ({ ...nodes(id)!, ttlMs: 50 }) },
    { everyMs: 10, policy: { maxOffline: { fleet: 2, region: 2, zone: 2 }, maxCasualties: 5 } },
  )
  await post(url, 'pre-reboot', 'n1')
  await expect.poll(async () => (await coordinator.status()).casualties.length).toBe(1)
  const answer = await post(url, 'pre-reboot', 'n1')
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({
    kind: 'failed_lock_host',
    value: expect.stringContaining('host-casualty'),
  })
  expect((await post(url, 'steady-state', 'n1')).status).toBe(200)
  expect((await coordinator.status()).casualties).toHaveLength(1)
  await coordinator.resolve(hostOf(1), 'repaired', 'ada', 'it is back')
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
})

test('nobody but the node itself gets or gives back anything in its name', async () => {
  const { url, coordinator } = await serving()
  await post(url, 'pre-reboot', 'n1')
  const strangers: [string, Parameters<typeof post>[3]][] = [
    ['n1', { token: tokenOf('n2') }],
    ['n1', { token: sha256(tokenOf('n1')) }],
    ['n1', { token: '' }],
    ['n1', { headers: { authorization: undefined } }],
    ['n1', { headers: { authorization: `Digest ${tokenOf('n1')}` } }],
    ['n1', { headers: { authorization: `Basic ${Buffer.from(tokenOf('n1')).toString('base64')}` } }],
    ['N1', { token: tokenOf('n1') }],
    ['n6', {}],
    ['__proto__', {}],
  ]
  for (const call of ['steady-state', 'pre-reboot'])
    for (const [id, others] of strangers) {
      const answer = await post(url, call, id, others)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(await said(answer)).toEqual([401, 'unauthorised'])
    }
  expect((await coordinator.status()).reservations).toMatchObject([{ host: hostOf(1) }])
  const basic = `Basic ${Buffer.from(`anything:${tokenOf('n1')}`).toString('base64')}`
  expect((await post(url, 'steady-state', 'n1', { headers: { authorization: basic } })).status).toBe(200)
})

test.each([
  ['without any proof', { host: hostOf(1) }],
  ['with a hash that is none', { host: hostOf(1), secretHash: tokenOf('n1') }],
  [
    'that has to show a certificate as well',
    { host: hostOf(1), secretHash: sha256(tokenOf('n1')), certificate: 'a'.repeat(64) },
  ],
])('a node that is known %s is nobody', async (_, node) => {
  const { url } = await serving({ nodes: () => node })
  expect(await said(await post(url, 'pre-reboot', 'n1'))).toEqual([401, 'unauthorised'])
})

test('a request that is not of the protocol is refused before anything is done', async () => {
  const { url, coordinator } = await serving()
  const fleetLockProtocol = (value: string | undefined) => ({ headers: { 'fleet-lock-protocol': value } })
  const params = (given: unknown) => ({ body: JSON.stringify({ client_params: given }) })
  const wrong: [number, string, Parameters<typeof post>[3]][] = [
    [400, 'missing_header', fleetLockProtocol(undefined)],
    [400, 'missing_header', fleetLockProtocol('false')],
    [400, 'missing_header', fleetLockProtocol('true, true')],
    [400, 'malformed_json', { body: '{' }],
    [400, 'malformed_request', { body: '' }],
    [400, 'malformed_request', { body: '[]' }],
    [400, 'malformed_request', { body: '{"client_params":null}' }],
    [400, 'malformed_request', params({ id: 'n1' })],
    [400, 'malformed_request', params({ id: '', group: 'default' })],
    [400, 'malformed_request', params({ id: 1, group: 'default' })],
    [400, 'malformed_request', params({ id: 'n1', group: 'a b' })],
    [400, 'malformed_request', params({ id: 'x'.repeat(257), group: 'default' })],
    [403, 'wrong_group', { group: 'others' }],
    [413, 'body_too_large', params({ id: 'n1', group: 'default', more: 'x'.repeat(100_000) })],
  ]
  for (const [status, kind, others] of wrong)
    for (const call of ['pre-reboot', 'steady-state'])
      expect(await said(await post(url, call, 'n1', others))).toEqual([status, kind])
  expect(await said(await post(url, 'reboot', 'n1'))).toEqual([404, 'not_found'])
  expect(await said(await fetch(`${url}/v1/pre-reboot`))).toEqual([405, 'method_not_allowed'])
  expect((await coordinator.status()).reservations).toEqual([])
  expect((await post(url, 'pre-reboot', 'n1')).status).toBe(200)
})

test('what goes wrong inside is no permission, and says nothing to strangers', async () => {
  const errors: unknown[] = []
  const { url, coordinator } = await serving({
    nodes: id => (id === 'n1' ? Promise.reject(new Error('secret words')) : { ...nodes('n2')!, host: 'no host' }),
    logger: { error: (...told) => void errors.push(told) },
  })
  for (const id of ['n1', 'n2']) {
    const answer = await post(url, 'pre-reboot', id)
    expect(await answer.json()).toEqual({ kind: 'internal', value: 'something went wrong' })
  }
  expect(errors).toHaveLength(2)
  await coordinator.close()
  const other = await createFleetLockServer({ coordinator, nodes })
  onTestFinished(() => other.close())
  expect(await said(await post(other.url, 'pre-reboot', 'n1'))).toEqual([503, 'unavailable'])
})

test('three nodes that behave as Zincati does reboot one after the other', async () => {
  const { url, coordinator, health } = await serving({ basePath: '/fleet' })
  const start = (id: string, token = tokenOf(id), ...calls: string[]) =>
    startChild(new URL('zincati.ts', import.meta.url), `${url}/fleet`, id, 'default', token, '20', ...calls)
  const one = start('n1')
  expect(await one.line()).toBe('steady-state ok')
  expect(await one.line()).toBe('pre-reboot ok')
  await one.ended
  // While the first is away, the second waits, and one with somebody else's token goes nowhere.
  const two = start('n2')
  expect(await two.line()).toBe('steady-state ok')
  expect(await two.line()).toMatch(/^pre-reboot failed_lock_(capacity|limits)$/)
  const thief = start('n1', tokenOf('n2'))
  expect(await thief.line()).toBe('steady-state unauthorised')
  // The first is back, is not healthy yet, and then is.
  health.says = 'wait'
  const back = start('n1', tokenOf('n1'), 'steady-state')
  expect(await back.line()).toBe('steady-state failed_unlock_unhealthy')
  health.says = 'go'
  expect(await back.line()).toBe('steady-state ok')
  expect(await two.line()).toBe('pre-reboot ok')
  await two.ended
  expect((await coordinator.status()).reservations.map(r => r.host)).toContain(hostOf(2))
})

test('as routes of another server, for clients that name their bodies', async () => {
  const { coordinator } = await cell()
  const server = await createApiServer({ routes: fleetLockRoutes({ coordinator, nodes }) })
  onTestFinished(() => server.close())
  const json = { headers: { 'content-type': 'application/json' } }
  expect((await post(server.url, 'pre-reboot', 'n1', json)).status).toBe(200)
  expect(await said(await post(server.url, 'pre-reboot', 'n2', json))).toEqual([
    409,
    expect.stringMatching(/^failed_lock_/),
  ])
  expect(await said(await post(server.url, 'pre-reboot', 'n1', { ...json, token: tokenOf('n2') }))).toEqual([
    401,
    'unauthorised',
  ])
  const bare = { headers: { ...json.headers, 'fleet-lock-protocol': undefined } }
  expect((await post(server.url, 'steady-state', 'n1', bare)).status).toBe(400)
  expect((await post(server.url, 'steady-state', 'n1', json)).status).toBe(200)
})

test.skipIf(!openssl)('a client certificate that was verified is a proof, another one is none', async () => {
  const ours = await authority('ours')
  const [server, n1, n2] = [ours.sign('server'), ours.sign('n1'), ours.sign('n2')]
  const { coordinator } = await cell()
  const known = (id: string) => (id === 'n1' ? { host: hostOf(1), certificate: fingerprintOf(n1) } : undefined)
  const tls = { ...server, ca: ours.ca, requestCert: true, rejectUnauthorized: false }
  const door = await createFleetLockServer({ coordinator, nodes: known, tls })
  onTestFinished(() => door.close())
  const ask = (pair?: Pair) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'fleet-lock-protocol': 'true' }
      const asking = request(
        `${door.url}/v1/pre-reboot`,
        { method: 'POST', headers, ca: ours.ca, agent: false, ...pair },
        answer => answer.resume().once('end', () => resolve(answer.statusCode!)),
      )
      asking.once('error', reject)
      asking.end('{"client_params":{"id":"n1","group":"default"}}')
    })
  const theirs = await authority('theirs')
  expect(await ask()).toBe(401)
  expect(await ask(n2)).toBe(401)
  expect(await ask(theirs.sign('n1'))).toBe(401)
  expect(await ask(n1)).toBe(200)
})

test('options that cannot be meant are refused', async () => {
  const { coordinator } = await cell({ safety: yes })
  await expect(createFleetLockServer({ coordinator, nodes: undefined as never })).rejects.toThrow('fleetLock nodes: ')
  await expect(createFleetLockServer({ coordinator: {} as never, nodes })).rejects.toThrow('fleetLock coordinator: ')
})
