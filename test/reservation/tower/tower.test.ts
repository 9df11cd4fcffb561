import { expect, test } from 'vitest'
import { cell, hostOf, towerServer } from './support.ts'

const READER = { authorization: 'Bearer token-of-a-reader' }
const ask = (url: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(5000) })

/** The events of a stream as they come. */
async function* events(answer: Response) {
  let rest = ''
  for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + part).split('\n\n')
    rest = frames.pop()!
    for (const frame of frames) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? []
      if (event !== undefined) yield { event, data: JSON.parse(data!) }
    }
  }
}

test('the page holds nothing of the cell, and loads nothing but itself', async () => {
  const { coordinator, reserve } = await cell()
  await reserve(hostOf(1, 1))
  const { url } = await towerServer(coordinator)
  const answer = await ask(url, '/')
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(html).not.toContain('eu-north-1')
  expect(html).not.toMatch(/<link|<iframe|<img|@import|url\(|\ssrc=|\shref=|\son[a-z]+=|https?:\/\/|innerHTML|eval\(/i)
  const csp = answer.headers.get('content-security-policy')!
  expect(csp).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
})

test('only who may read gets the stream and the explanations, unless everybody may', async () => {
  const { coordinator } = await cell()
  const { url } = await towerServer(coordinator)
  expect((await ask(url, '/v1/tower')).status).toBe(401)
  expect((await ask(url, '/v1/tower', { authorization: 'Bearer token-of-nobody' })).status).toBe(403)
  const question = { method: 'POST', body: JSON.stringify({ host: hostOf(1, 1), activity: 'restart' }) }
  const json = { 'content-type': 'application/json' }
  expect((await fetch(`${url}/v1/tower/explain`, { ...question, headers: json })).status).toBe(401)
  const told = await fetch(`${url}/v1/tower/explain`, { ...question, headers: { ...json, ...READER } })
  expect(await told.json()).toMatchObject({ grantable: true })
  const wrong = { method: 'POST', headers: { ...json, ...READER }, body: '{"host":"h1","activity":"restart"}' }
  expect((await fetch(`${url}/v1/tower/explain`, wrong)).status).toBe(422)
  const open = await towerServer(coordinator, { role: 'anonymous' })
  const answer = await ask(open.url, '/v1/tower')
  expect(answer.status).toBe(200)
  await answer.body!.cancel()
})

test('the stream begins with how it is now, says what changes, and that nothing does', async () => {
  const { coordinator, reserve } = await cell()
  const { url } = await towerServer(coordinator)
  const first = events(await ask(url, '/v1/tower', READER))
  expect((await first.next()).value).toMatchObject({ event: 'view', data: { reservations: { total: 0 } } })
  expect((await first.next()).value).toMatchObject({ event: 'alive', data: { at: expect.any(Number) } })
  await reserve(hostOf(1, 1))
  for (;;) {
    const { value } = await first.next()
    if (value!.event === 'view') {
      expect(value!.data.reservations).toMatchObject({ total: 1, shown: [{ host: hostOf(1, 1) }] })
      break
    }
  }
  await first.return()
  // While nobody looked, the world went on: what was sent last is not what the next one gets.
  await reserve(hostOf(1, 2))
  const second = events(await ask(url, '/v1/tower', READER))
  let newest: { reservations: { total: number } } | undefined
  for (let i = 0; i < 3 && newest?.reservations.total !== 2; i++) {
    const { value } = await second.next()
    if (value!.event === 'view') newest = value!.data
  }
  expect(newest?.reservations.total).toBe(2)
  await second.return()
})

test('while nobody looks, the cell is not read', async () => {
  const { coordinator } = await cell()
  let reads = 0
  const counting = {
    ...coordinator,
    status: (call?: Parameters<typeof coordinator.status>[0]) => {
      reads++
      return coordinator.status(call)
    },
  }
  const { url } = await towerServer(counting)
  const answer = await ask(url, '/v1/tower', READER)
  await expect.poll(() => reads, { timeout: 5000 }).toBeGreaterThan(1)
  await answer.body!.cancel()
  await expect
    .poll(
      async () => {
        const before = reads
        await new Promise(resolve => setTimeout(resolve, 1800))
        return reads - before
      },
      { timeout: 20_000 },
    )
    .toBe(0)
})
