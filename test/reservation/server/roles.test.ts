import { describe, expect, test } from 'vitest'
import type { Role } from '../../../src/parts/server/index.ts'
import { host, httpWorld, PEOPLE, POLICY, send } from '../http-world.ts'
import { expectAsDocumented, OPERATIONS } from './document.ts'

const move = { token: 1 }
const about = { host: host(1), activity: 'restart' }

/** Every route: who may, and a body that it takes. */
const ROUTES: readonly (readonly [
  method: string,
  path: string,
  roles: readonly Role[] | 'anonymous',
  body?: object,
])[] = [
  ['POST', '/v1/reservations', ['automation', 'operator'], { ...about, reason: 'a test' }],
  ['GET', '/v1/reservations', ['read']],
  ['GET', '/v1/reservations/{id}', ['read']],
  ['POST', '/v1/reservations/{id}/renew', ['automation', 'operator'], move],
  ['POST', '/v1/reservations/{id}/advance', ['automation', 'operator'], { ...move, to: 'preparing' }],
  ['POST', '/v1/reservations/{id}/release', ['automation', 'operator'], { ...move, outcome: 'healthy' }],
  ['POST', '/v1/reservations/{id}/cancel', ['automation', 'operator'], { ...move, reason: 'a test' }],
  ['POST', '/v1/explain', ['read'], about],
  ['POST', '/v1/check', ['read'], { host: host(1), token: 1 }],
  ['GET', '/v1/casualties', ['read']],
  ['POST', '/v1/casualties/resolve', ['operator'], { host: host(1), as: 'repaired', reason: 'a test' }],
  ['GET', '/v1/waiting', ['read']],
  ['GET', '/v1/status', ['read']],
  ['GET', '/v1/audit', ['read']],
  ['GET', '/v1/cord', ['read']],
  ['POST', '/v1/cord', ['automation', 'operator'], { level: 'hold', reason: 'a test' }],
  ['POST', '/v1/break-glass', ['break-glass'], { ...about, reason: 'a test' }],
  ['POST', '/v1/break-glass/{id}/confirm', ['break-glass'], {}],
  ['PUT', '/v1/policy', ['operator'], POLICY],
  ['POST', '/v1/hosts', ['operator'], { hosts: [{ id: host(21) }] }],
  ['POST', '/v1/hosts/remove', ['operator'], { hosts: [host(20)] }],
  ['GET', '/v1/events', ['read']],
  ['GET', '/openapi.json', 'anonymous'],
  ['GET', '/healthz', 'anonymous'],
]

const key = (method: string, path: string) => `${method} ${path}`

test('the routes here, those of the document and those of the server are the same', async () => {
  const here = ROUTES.map(([method, path]) => key(method, path)).sort()
  expect(OPERATIONS.map(({ method, path }) => key(method, path)).sort()).toEqual(here)
  const { server } = await httpWorld()
  // Whatever the server knows besides is told by what it allows at the paths that it knows, and at those near them.
  const paths = [...new Set(ROUTES.map(([, path]) => path))]
  for (const path of paths) {
    const asked = await fetch(`${server.url}${path.replace('{id}', 'r-1')}`, { method: 'DELETE' })
    expect(asked.status, path).toBe(405)
    const allowed = (asked.headers.get('allow') ?? '').split(', ').filter(m => m !== 'HEAD')
    expect(allowed.map(method => key(method, path)).sort()).toEqual(here.filter(k => k.split(' ')[1] === path))
  }
  for (const path of ['/', '/v1', '/v1/nothing', '/v1/reservations/r-1/nothing', '/v1/break-glass/b-1'])
    expect((await fetch(`${server.url}${path}`)).status, path).toBe(404)
})

test('the document says who may', () => {
  for (const [method, path, roles] of ROUTES) {
    const { operation } = OPERATIONS.find(o => o.method === method && o.path === path)!
    expect([...operation['x-roles']].sort(), path).toEqual(roles === 'anonymous' ? ['anonymous'] : [...roles].sort())
  }
})

describe('who may', async () => {
  const people: Readonly<Record<string, readonly Role[] | undefined>> = { ...PEOPLE, stranger: undefined }
  for (const [method, path, roles, body] of ROUTES) {
    if (path === '/v1/events') continue
    test(`${method} ${path}`, async () => {
      const { server } = await httpWorld()
      for (const [name, theirs] of Object.entries(people)) {
        const who = theirs === undefined ? undefined : name
        const { status, body: answer } = await send(server.url, who, method, path.replace('{id}', 'r-1'), body)
        expectAsDocumented(method, path, status, answer)
        if (roles === 'anonymous') expect(status, name).toBe(200)
        else if (theirs === undefined) expect(status, name).toBe(401)
        else if (!theirs.some(role => roles.includes(role))) expect(status, name).toBe(403)
        else expect([401, 403], `${name}: ${JSON.stringify(answer)}`).not.toContain(status)
      }
    })
  }

  test('GET /v1/events', async () => {
    const { server } = await httpWorld()
    expect((await send(server.url, undefined, 'GET', '/v1/events')).status).toBe(401)
    expect((await send(server.url, 'mute', 'GET', '/v1/events')).status).toBe(403)
  })
})

test('a principal moves its own reservations only; an operator anybody’s, and cancels without a token', async () => {
  const { server, clientOf } = await httpWorld()
  const held = await clientOf('robot').reserve({ ...about, activity: 'restart', reason: 'a test' })
  const path = `/v1/reservations/${held.id}`
  for (const [name, body] of [
    ['renew', {}],
    ['advance', { to: 'executing' }],
    ['release', { outcome: 'failed' }],
    ['cancel', { reason: 'mine now' }],
  ] as const) {
    const { status, body: answer } = await send(server.url, 'other', 'POST', `${path}/${name}`, {
      token: held.token,
      ...body,
    })
    expect([name, status]).toEqual([name, 403])
    expectAsDocumented('POST', `/v1/reservations/{id}/${name}`, status, answer)
  }
  expect(await clientOf('robot').get(held.id)).toMatchObject({ phase: 'granted', holder: 'robot' })
  const tokenless = await send(server.url, 'robot', 'POST', `${path}/cancel`, { reason: 'no token' })
  expect(tokenless).toMatchObject({ status: 422, body: { error: { field: 'token' } } })
  const renewed = await send(server.url, 'boss', 'POST', `${path}/renew`, { token: held.token })
  expect(renewed).toMatchObject({ status: 200, body: { holder: 'robot' } })
  const cancelled = await send(server.url, 'boss', 'POST', `${path}/cancel`, { reason: 'I need it' })
  expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } })
  expect(await clientOf('robot').list()).toEqual([])
})

test('the holder is who asks, and nobody else can be named', async () => {
  const { server } = await httpWorld()
  const lying = { ...about, reason: 'a test', holder: 'boss' }
  const { status, body } = await send(server.url, 'robot', 'POST', '/v1/reservations', lying)
  expect(status).toBe(422)
  expect(body).toMatchObject({ error: { code: 'invalid-option', field: 'holder' } })
  const { body: granted } = await send(server.url, 'robot', 'POST', '/v1/reservations', { ...about, reason: 'a test' })
  expect(granted).toMatchObject({ granted: true, reservation: { holder: 'robot' } })
})

test('whoever may pull the cord cannot always let go of it', async () => {
  const { server, clientOf } = await httpWorld()
  expect(await clientOf('robot').cord.pull('freeze', 'ignored', 'smoke')).toMatchObject({
    level: 'freeze',
    by: 'robot',
  })
  const release = { level: 'released', reason: 'all is well' }
  expect((await send(server.url, 'robot', 'POST', '/v1/cord', release)).status).toBe(403)
  expect(await clientOf('robot').cord.read()).toMatchObject({ level: 'freeze' })
  expect(await clientOf('boss').cord.release('ignored', 'all is well')).toMatchObject({ level: 'released', by: 'boss' })
})
