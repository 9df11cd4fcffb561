import { expect, onTestFinished, test } from 'vitest'
import { memoryCord } from '../../../src/core/memory-cord.ts'
import { verdict } from '../../../src/core/verdict.ts'
import { memoryLedger } from '../../../src/parts/ledger/index.ts'
import { type agreeing, host, httpWorld, type Raw, send } from '../http-world.ts'
import { expectAsDocumented, OPERATIONS } from './document.ts'

/** Sends, and holds every answer against the document. */
async function documented(url: string, who: string, method: string, path: string, body?: object): Promise<Raw> {
  const [bare] = path.split('?')
  const raw = await send(url, who, method, path, body)
  const parts = bare!.split('/')
  const fits = (template: string) => {
    const names = template.split('/')
    return names.length === parts.length && names.every((name, i) => name.startsWith('{') || name === parts[i])
  }
  const found = OPERATIONS.filter(o => o.method === method && fits(o.path)).sort(
    (a, b) => b.path.length - a.path.length,
  )
  const exact = found.find(o => o.path === bare) ?? found[0]!
  expectAsDocumented(method, exact.path, raw.status, raw.body)
  return raw
}

const about = (n: number) => ({ host: host(n), activity: 'restart', reason: 'a kernel' })

test('a reservation’s whole life, each answer as the document says', async () => {
  const { server } = await httpWorld()
  const robot = (method: string, path: string, body?: object) => documented(server.url, 'robot', method, path, body)
  const granted = await robot('POST', '/v1/reservations', { ...about(1), key: 'k1', ttlMs: 30_000, priority: 'high' })
  expect(granted).toMatchObject({ status: 201, body: { granted: true, reservation: { phase: 'granted', key: 'k1' } } })
  const { reservation } = granted.body as { reservation: { id: string; token: number } }
  const { id, token } = reservation

  const again = await robot('POST', '/v1/reservations', { ...about(1), key: 'k1', ttlMs: 30_000, priority: 'high' })
  expect(again).toMatchObject({ status: 200, body: { reservation: { id, token } } })
  const reused = await robot('POST', '/v1/reservations', { ...about(2), key: 'k1' })
  expect(reused).toMatchObject({ status: 422, body: { error: { code: 'key-reused' } } })
  const denied = await documented(server.url, 'other', 'POST', '/v1/reservations', about(1))
  expect(denied).toMatchObject({ status: 409, body: { granted: false, step: 'host' } })

  const check = { host: host(1), token }
  expect(await robot('POST', '/v1/check', check)).toMatchObject({ status: 200, body: { reservation: { id } } })
  const stale = await robot('POST', '/v1/check', { host: host(1), token: token + 1 })
  expect(stale).toMatchObject({ status: 410, body: { error: { code: 'reservation-lost' } } })

  const path = `/v1/reservations/${id}`
  expect(await robot('GET', path)).toMatchObject({ status: 200, body: { id } })
  expect(await robot('GET', '/v1/reservations/r-none')).toMatchObject({ status: 404 })
  expect(await robot('GET', `/v1/reservations?host=${encodeURIComponent(host(1))}`)).toMatchObject({
    body: { reservations: [{ id }] },
  })
  for (const query of ['holder=other', 'key=k2', `host=${encodeURIComponent(host(2))}`])
    expect(await robot('GET', `/v1/reservations?${query}`)).toMatchObject({ body: { reservations: [] } })
  expect(await robot('POST', `${path}/renew`, { token, ttlMs: 40_000 })).toMatchObject({ body: { ttlMs: 40_000 } })
  for (const to of ['preparing', 'approved', 'executing', 'restoring'])
    expect(await robot('POST', `${path}/advance`, { token, to })).toMatchObject({ status: 200, body: { phase: to } })
  expect(await robot('POST', `${path}/advance`, { token, to: 'preparing' })).toMatchObject({ status: 409 })
  expect(await robot('POST', `${path}/release`, { token: token + 9, outcome: 'healthy' })).toMatchObject({
    status: 410,
  })
  expect(await robot('POST', `${path}/release`, { token, outcome: 'healthy', reason: 'done' })).toMatchObject({
    status: 200,
    body: { state: 'completed' },
  })
  expect(await robot('POST', `${path}/renew`, { token })).toMatchObject({ status: 410 })

  const explained = await robot('POST', '/v1/explain', { host: host(3), activity: 'destroy', priority: 'low' })
  expect(explained).toMatchObject({ status: 200, body: { grantable: true } })
  const unknown = await robot('POST', '/v1/explain', { host: host(99), activity: 'destroy' })
  expect(unknown).toMatchObject({ status: 200, body: { grantable: false } })
  expect(await robot('POST', '/v1/reservations', { ...about(99), waitMs: 60_000 })).toMatchObject({ status: 409 })

  const lost = await robot('POST', '/v1/reservations', about(4))
  const given = (lost.body as { reservation: { id: string; token: number } }).reservation
  await robot('POST', `/v1/reservations/${given.id}/release`, {
    token: given.token,
    outcome: 'failed',
    reason: 'smoke',
  })
  const casualties = await robot('GET', '/v1/casualties')
  expect(casualties).toMatchObject({ body: { casualties: [{ host: host(4), cause: 'failed', reason: 'smoke' }] } })
  const boss = (method: string, path: string, body?: object) => documented(server.url, 'boss', method, path, body)
  const repaired = { host: host(4), as: 'repaired', reason: 'a new fan' }
  expect(await boss('POST', '/v1/casualties/resolve', repaired)).toMatchObject({ status: 204 })
  expect(await boss('POST', '/v1/casualties/resolve', repaired)).toMatchObject({ status: 404 })

  expect(
    await boss('PUT', '/v1/policy', { maxOffline: { fleet: 1 }, velocity: { grants: 9, perMs: 1000 } }),
  ).toMatchObject({
    status: 204,
  })
  expect(await boss('POST', '/v1/hosts', { hosts: [{ id: host(30), rack: 'r30', group: 'g' }] })).toMatchObject({
    status: 204,
  })
  expect(await boss('POST', '/v1/hosts/remove', { hosts: [host(30)] })).toMatchObject({ status: 204 })
  expect(await boss('GET', '/v1/status')).toMatchObject({ body: { hosts: 20, policy: { maxOffline: { fleet: 1 } } } })

  const audit = await robot('GET', '/v1/audit?after=2&limit=1000')
  const types = (audit.body as { entries: { events: { type: string }[] }[] }).entries.flatMap(e =>
    e.events.map(x => x.type),
  )
  for (const type of ['granted', 'denied', 'renewed', 'moved', 'ended', 'lost', 'resolved', 'policy', 'hosts-added'])
    expect(types).toContain(type)
  expect((await robot('GET', '/v1/audit?limit=1')).body).toMatchObject({ entries: [{ sequence: 1 }] })
  expect(await robot('GET', '/v1/audit?limit=all')).toMatchObject({ status: 422, body: { error: { field: 'limit' } } })
  expect(await robot('GET', '/v1/cord')).toMatchObject({ body: { level: 'released' } })
})

test('break-glass takes two principals who name the same stripes', async () => {
  const safety = {
    isSafeToReserve: async (request: Parameters<typeof agreeing.isSafeToReserve>[0]) => ({
      ...verdict(
        'stop',
        { source: 'kv', at: Date.now(), subject: { place: request.host } },
        'hurt',
        'stripe s1 is hurt',
      ),
      evidence: {
        requestId: request.requestId,
        host: request.host,
        activity: request.activity,
        placementVersion: 1,
        hurt: ['s1'],
      },
    }),
  }
  const { server } = await httpWorld({ coordinator: { safety } })
  const ask = (who: string, path: string, body: object) => documented(server.url, who, 'POST', path, body)
  expect(await ask('robot', '/v1/reservations', about(1))).toMatchObject({ status: 409, body: { step: 'safety' } })
  const proposed = await ask('glass', '/v1/break-glass', { ...about(1), accept: ['s1'] })
  expect(proposed).toMatchObject({ status: 201, body: { holder: 'glass', accepted: ['s1'] } })
  const path = `/v1/break-glass/${(proposed.body as { id: string }).id}/confirm`
  expect(await ask('glass', path, { accept: ['s1'] })).toMatchObject({
    status: 422,
    body: { error: { code: 'break-glass-refused' } },
  })
  expect(await ask('hammer', path, {})).toMatchObject({ status: 422, body: { error: { code: 'break-glass-refused' } } })
  expect(await documented(server.url, 'reader', 'GET', '/v1/status')).toMatchObject({
    body: { proposals: [{ holder: 'glass' }] },
  })
  expect(await ask('hammer', path, { accept: ['s1'] })).toMatchObject({
    status: 201,
    body: { reservation: { holder: 'glass', breakGlass: { by: ['glass', 'hammer'], accepted: ['s1'] } } },
  })
  const other = await ask('glass', '/v1/break-glass', { ...about(2), accept: ['s2'] })
  const wrong = `/v1/break-glass/${(other.body as { id: string }).id}/confirm`
  expect(await ask('hammer', wrong, { accept: ['s2'] })).toMatchObject({
    status: 409,
    body: { granted: false, step: 'safety' },
  })
})

test('a host that is not healthy yet is restoring, and a check that says no is told', async () => {
  let healthy = false
  const { server } = await httpWorld({
    coordinator: {
      health: async ({ host: place }) =>
        verdict(healthy ? 'go' : 'wait', { source: 'probe', at: Date.now(), subject: { place } }, 'probe', 'it boots'),
    },
  })
  const robot = (path: string, body: object) => documented(server.url, 'robot', 'POST', path, body)
  const { id, token } = (
    (await robot('/v1/reservations', about(1))).body as { reservation: { id: string; token: number } }
  ).reservation
  expect(await robot(`/v1/reservations/${id}/advance`, { token, to: 'approved' })).toMatchObject({
    status: 409,
    body: { error: { code: 'reservation-unhealthy' } },
  })
  expect(await robot(`/v1/reservations/${id}/release`, { token, outcome: 'healthy' })).toMatchObject({
    status: 200,
    body: {
      state: 'restoring',
      reasons: [{ code: 'probe' }],
      reservation: { phase: 'restoring', ending: 'completed' },
    },
  })
  healthy = true
  expect(await robot(`/v1/reservations/${id}/release`, { token, outcome: 'healthy' })).toMatchObject({
    body: { state: 'completed' },
  })
})

test('one request waits no longer than the server lets it, and the line can be seen', async () => {
  const { server, clientOf } = await httpWorld({ server: { longestWaitMs: 300 } })
  await using held = await clientOf('robot').reserve({ host: host(1), activity: 'restart', reason: 'first' })
  const asked = documented(server.url, 'other', 'POST', '/v1/reservations', { ...about(1), waitMs: 80_000_000 })
  await expect
    .poll(async () => (await documented(server.url, 'reader', 'GET', '/v1/waiting')).body)
    .toMatchObject({ waiting: [{ host: host(1), holder: 'other', because: [{}] }] })
  expect(await asked).toMatchObject({ status: 409, body: { step: 'host' } })
  expect(held.signal.aborted).toBe(false)
})

test('who watches is told of changes', async () => {
  const { server, clientOf } = await httpWorld()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const { signerOf } = await import('../http-world.ts')
  const url = `${server.url}/v1/events`
  const answer = await fetch(url, {
    headers: { ...signerOf('reader').sign({ method: 'GET', url }) },
    signal: stop.signal,
  })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  let seen = ''
  void (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) seen += chunk
  })().catch(() => {})
  const held = await clientOf('robot').reserve({ host: host(7), activity: 'restart', reason: 'watch me' })
  await expect.poll(() => seen).toContain('event: change')
  await expect.poll(() => seen).toContain(`"id":"${held.id}"`)
  await clientOf('boss').addHosts([{ id: host(40) }])
  await expect.poll(() => seen).toContain('"type":"hosts-added","by":"boss","count":1')
  expect(seen).not.toContain('"written"')
})

test('a ledger that cannot be read is told to load balancers and to callers, and nothing is granted', async () => {
  const ledger = memoryLedger()
  const { server } = await httpWorld({ ledger, coordinator: { uncertainMs: 50, cord: memoryCord() } })
  expect(await documented(server.url, 'reader', 'GET', '/healthz')).toMatchObject({ status: 200, body: { ok: true } })
  await ledger.close()
  expect(await documented(server.url, 'reader', 'GET', '/healthz')).toMatchObject({ status: 503, body: { ok: false } })
  expect(await documented(server.url, 'robot', 'POST', '/v1/reservations', about(1))).toMatchObject({ status: 503 })
})

test('decisions are measured, and too many requests are refused', async () => {
  const { server, sink } = await httpWorld({ server: { rateLimit: { perSecond: 1e-6, burst: 3 } } })
  const from = Date.now() - 60_000
  await documented(server.url, 'robot', 'POST', '/v1/reservations', about(1))
  await documented(server.url, 'robot', 'POST', '/v1/reservations', about(1))
  const zone = 'aws/us-east-1/use1-az1'
  expect((await sink.window({ metric: 'ReservationDecisionTime', place: zone, from })).count).toBe(2)
  expect((await sink.window({ metric: 'server.requests', place: '-', from })).count).toBe(2)
  await documented(server.url, 'robot', 'POST', '/v1/reservations', about(1))
  const refused = await documented(server.url, 'robot', 'POST', '/v1/reservations', about(2))
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too-many-requests' } } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await documented(server.url, 'other', 'POST', '/v1/reservations', about(2))).toMatchObject({ status: 201 })
})

const id = 'aws/us-east-1/use1-az1/c1/h1'
test.each([
  ['POST', '/v1/reservations', { host: 'nowhere', activity: 'restart', reason: 'x' }, 'host'],
  ['POST', '/v1/reservations', { host: id, activity: 'reboot', reason: 'x' }, 'activity'],
  ['POST', '/v1/reservations', { host: id, activity: 'restart', reason: ' ' }, 'reason'],
  ['POST', '/v1/reservations', { host: id, activity: 'restart', reason: 'x', waitMs: -1 }, 'waitMs'],
  ['POST', '/v1/reservations', { host: id, activity: 'restart', reason: 'x', ttl: 5 }, 'ttl'],
  ['POST', '/v1/reservations', [], 'body'],
  ['POST', '/v1/explain', { host: id }, 'activity'],
  ['POST', '/v1/check', { host: id, token: '7' }, 'token'],
  ['POST', '/v1/reservations/r-1/renew', {}, 'token'],
  ['POST', '/v1/reservations/r-1/renew', { token: 1, ttlMs: 0 }, 'ttlMs'],
  ['POST', '/v1/reservations/r-1/advance', { token: 1, to: 'granted' }, 'to'],
  ['POST', '/v1/reservations/r-1/release', { token: 1, outcome: 'fine' }, 'outcome'],
  ['POST', '/v1/reservations/r-1/cancel', { token: 1 }, 'reason'],
  ['POST', '/v1/casualties/resolve', { host: id, as: 'gone', reason: 'x' }, 'as'],
  ['POST', '/v1/cord', { level: 'pull', reason: 'x' }, 'level'],
  ['POST', '/v1/break-glass', { host: id, activity: 'restart', reason: 'x', accept: 's1' }, 'accept'],
  ['POST', '/v1/break-glass/b-1/confirm', { accept: ['s1', ''] }, 'accept[1]'],
  ['PUT', '/v1/policy', { maxOffline: { zoen: 3 } }, 'policy.maxOffline.zoen'],
  ['PUT', '/v1/policy', { maxOffline: { zone: null } }, 'policy.maxOffline.zone'],
  ['POST', '/v1/hosts', { hosts: [{ id, racks: 'r1' }] }, 'hosts[0].racks'],
  ['POST', '/v1/hosts/remove', { hosts: [id, 'h2'] }, 'hosts[1]'],
])('%s %s with %j names the field', async (method, path, body, field) => {
  const { server } = await httpWorld()
  const who = path === '/v1/explain' || path === '/v1/check' ? 'reader' : path.includes('glass') ? 'glass' : 'boss'
  const answer = await documented(server.url, who, method, path, body)
  expect(answer).toMatchObject({ status: 422, body: { error: { code: 'invalid-option', field } } })
  expect((answer.body as { error: { message: string } }).error.message).toContain(`${field}: expected `)
  expect(await send(server.url, who, method, path, '{"host":')).toMatchObject({
    status: 400,
    body: { error: { code: 'malformed-json' } },
  })
})
