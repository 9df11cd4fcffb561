import { expect, test } from 'vitest'
import {
  type Authenticate,
  anyAuthentication,
  certificateAuthentication,
  hmacAuthentication,
  hmacSigner,
} from '../../../src/parts/server/index.ts'
import { alice, asked, SECRET } from './support.ts'

const hmac = () => hmacAuthentication({ principals: id => (id === 'alice' ? alice() : undefined) })
const certificate = certificateAuthentication({
  principals: print => (print === 'c0ffee' ? { id: 'host-1', roles: ['automation'] } : undefined),
})
const bearer = (token: string): Authenticate =>
  Object.assign(
    async ({ headers }: { headers: object }) =>
      (headers as { authorization?: string }).authorization === `Bearer ${token}`
        ? { id: token, roles: ['read' as const] }
        : undefined,
    { scheme: 'Bearer', challenge: 'Bearer' },
  )
const sign = (secret: string) => ({
  host: 'h',
  ...hmacSigner({ principal: 'alice', secret }).sign({ method: 'GET', url: 'http://h/' }),
})

test('the first that tells wins, and each scheme is offered once', async () => {
  const any = anyAuthentication([hmac(), certificate, bearer('one'), bearer('two')])
  expect((await any(asked({ headers: sign(SECRET) })))?.id).toBe('alice')
  expect((await any(asked({ certificate: 'c0ffee' })))?.id).toBe('host-1')
  expect((await any(asked({ headers: { authorization: 'Bearer two' } })))?.id).toBe('two')
  expect(await any(asked({}))).toBeUndefined()
  expect(any.challenge).toBe('Andon-HMAC-SHA256, Bearer')
  expect(any.readsBody).toBe(true)
  expect([any.carries?.(asked({})), any.carries?.(asked({ certificate: 'c0ffee' }))]).toEqual([false, true])
})

test('who shows a bad signature is not let in by a certificate', async () => {
  const any = anyAuthentication([hmac(), certificate])
  const headers = sign('another secret, and a wrong one')
  expect(await any(asked({ headers, certificate: 'c0ffee' }))).toBeUndefined()
})

test('one that throws tells nothing, and is heard of when nobody tells', async () => {
  const broken: Authenticate = async () => {
    throw new Error('the directory is away')
  }
  const any = anyAuthentication([broken, certificate])
  expect((await any(asked({ certificate: 'c0ffee' })))?.id).toBe('host-1')
  await expect(any(asked({ certificate: 'bad' }))).rejects.toThrow('the directory is away')
})

test('a list of nothing is refused', () => {
  expect(() => anyAuthentication([])).toThrow('anyAuthentication: expected')
  expect(() => anyAuthentication([certificate, 'x' as never])).toThrow('anyAuthentication: expected')
})

test('a certificate of nobody, and one whose principal makes no sense, tell nothing', async () => {
  expect(await certificate(asked({ certificate: 'bad' }))).toBeUndefined()
  expect(await certificate(asked({}))).toBeUndefined()
  const odd = certificateAuthentication({ principals: () => ({ id: 'a\nb', roles: [] }) })
  expect(await odd(asked({ certificate: 'c0ffee' }))).toBeUndefined()
  expect(() => certificateAuthentication({ principals: { c0ffee: 'x' } as never })).toThrow('principals: expected')
})
