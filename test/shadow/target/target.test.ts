import { describe, expect, onTestFinished, test } from 'vitest'
import { realClock } from '../../../src/core/index.ts'
import { createShadow, type ShadowEvent } from '../../../src/shadow/index.ts'
import { type Copy, type TargetOptions, target } from '../../../src/shadow/target/target.ts'
import { json, send, serve, serveTcp } from '../support/servers.ts'

const BREAKER = { errorRate: 0.5, minCalls: 20, windowMs: 10_000, resetMs: 10_000 }
function targetAt(origin: string, options: Partial<TargetOptions> = {}) {
  const made = target({
    origin: new URL(origin),
    headers: {},
    timeoutMs: 5000,
    breaker: BREAKER,
    clock: realClock,
    ...options,
  })
  onTestFinished(() => made.close())
  /** The answer's status, or the code of the error. */
  const ask = (path = '/', copy: Partial<Copy> = {}) =>
    new Promise<number | string>(resolve =>
      made.send(
        {
          method: 'GET',
          path,
          rawHeaders: [],
          body: undefined,
          more: [],
          maxAnswerBytes: 1_000_000,
          surelyLonger: undefined,
          mayKeep: () => true,
          ...copy,
        },
        (answer, error) => resolve(answer?.status ?? (error as { code: string }).code),
      ),
    )
  return { made, ask }
}

// What opossum's own semaphore, time-out and abort controller would get wrong, and what its threshold must not.
describe('traps of opossum: the semaphore', () => {
  test('what is over our limit never counts as a failure of the target, however much there is of it', async () => {
    const waiting: (() => void)[] = []
    const { origin: to } = await serve((_, r) => void waiting.push(() => json(r, { ok: true })))
    const shadow = createShadow({ candidate: to, sample: 1, limits: { maxInFlight: 3, timeoutMs: 30_000 } })
    onTestFinished(() => shadow.close({ timeoutMs: 0 }))
    const { origin } = await serve(shadow.handler((_, r) => json(r, { ok: true })))
    for (let i = 0; i < 60; i++) await send(origin)
    await expect.poll(() => waiting.length).toBe(3)
    expect(shadow.counts).toMatchObject({ inFlight: 3, errors: 0, skipped: { 'in-flight': 57, 'breaker-open': 0 } })
    for (const answer of waiting.splice(0)) answer()
    await expect.poll(() => shadow.counts.inFlight).toBe(0)
    await send(origin)
    await expect.poll(() => waiting.length).toBe(1)
    waiting[0]!()
    await expect.poll(() => shadow.counts.matched).toBe(4)
    expect(shadow.counts).toMatchObject({ errors: 0, skipped: { 'breaker-open': 0 } })
  })
})

describe('traps of opossum: the time-out', () => {
  test('a call that takes too long keeps its slot until it is really over, connection and all', async () => {
    let hanging = 0
    let most = 0
    const { origin: to, sockets } = await serveTcp(socket => {
      socket.once('data', () => {
        hanging++
        // Not at once: of those that were ended before, the server may not have heard yet.
        setTimeout(() => (most = Math.max(most, sockets.size)), 30)
      })
    })
    const events: ShadowEvent[] = []
    const shadow = createShadow({
      candidate: to,
      sample: 1,
      limits: { maxInFlight: 3, timeoutMs: 300 },
      breaker: { minCalls: 1000 },
      onEvent: event => events.push(event),
    })
    onTestFinished(() => shadow.close({ timeoutMs: 0 }))
    const { origin } = await serve(shadow.handler((_, r) => json(r, { ok: true })))
    while (hanging < 12) {
      await send(origin)
      const { inFlight } = shadow.counts
      expect(inFlight).toBeLessThanOrEqual(3)
    }
    await expect.poll(() => shadow.counts.inFlight).toBe(0)
    await expect.poll(() => sockets.size).toBe(0)
    // Each slot that was given back was used again, and never with a fourth connection hanging.
    expect(most).toBe(3)
    const told = events.flatMap(event => (event.type === 'error' ? [event.code] : []))
    expect([...new Set(told)]).toEqual(['timeout'])
    expect(told).toHaveLength(hanging)
  })
})

describe('traps of opossum: the abort controller', () => {
  test('a call that times out, one that is reset and one that is cut off end no other', async () => {
    let answer: (() => void) | undefined
    const { origin } = await serve((request, response) => {
      if (request.url === '/other') answer = () => json(response, { ok: true })
      else if (request.url === '/reset') request.socket.resetAndDestroy()
      else if (request.url === '/long') response.end('x'.repeat(500_000))
      // What hangs is not answered.
    })
    const { ask } = targetAt(origin, { timeoutMs: 1500 })
    const hanging = ask('/hang')
    // So that its own time is not over when that of the first one is.
    await new Promise(resolve => setTimeout(resolve, 700))
    const other = ask('/other')
    await expect.poll(() => answer).toBeDefined()
    expect(await ask('/reset', { method: 'POST' })).toBe('reset')
    expect(await ask('/long', { surelyLonger: 1000 })).toBe(200)
    expect(await hanging).toBe('timeout')
    answer!()
    expect(await other).toBe(200)
  })
})

describe('traps of opossum: the threshold', () => {
  test('nineteen failures of nineteen calls open nothing; one more does', async () => {
    const { origin } = await serve(request => void request.socket.destroy())
    const { made, ask } = targetAt(origin)
    for (let i = 0; i < 19; i++) expect(await ask('/', { method: 'POST' })).toBe('reset')
    expect(made.isOpen).toBe(false)
    await ask('/', { method: 'POST' })
    expect(made.isOpen).toBe(true)
  })

  test('a server that answers 5xx is not down: none of them opens anything', async () => {
    const { origin } = await serve((request, r) => json(r, { error: 'no' }, Number(request.url!.slice(1))))
    const { made, ask } = targetAt(origin)
    for (const status of [500, 502, 503, 504]) for (let i = 0; i < 15; i++) expect(await ask(`/${status}`)).toBe(status)
    expect(made.isOpen).toBe(false)
  })
})
