import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createShadow, type Shadow, type ShadowEvent, startShadowProxy } from '../../src/shadow/index.ts'
import { candidate, json, send, serve } from './support/servers.ts'

/** How customers are served: each way gives the origin that they ask. */
const WAYS: Record<string, (shadow: Shadow) => Promise<string>> = {
  'middleware of express': async shadow => {
    const app = express().use(shadow.express())
    app.get('/items/:id', (request, response) => void response.json({ id: request.params.id }))
    return (await serve(app)).origin
  },
  'a wrapped handler': async shadow =>
    (await serve(shadow.handler((request, r) => json(r, { id: request.url!.slice('/items/'.length) })))).origin,
  'the proxy': async shadow => {
    const primary = await serve((request, r) => json(r, { id: request.url!.slice('/items/'.length) }))
    const proxy = await startShadowProxy({ primary: primary.origin, shadow })
    onTestFinished(() => proxy.close({ timeoutMs: 0 }))
    return proxy.origin
  },
}

describe('a candidate that goes away and refuses connections', () => {
  test.each(Object.entries(WAYS))('costs nobody who is served through %s', async (_, way) => {
    const other = await candidate((seen, r) => json(r, { id: seen.url.slice('/items/'.length) }))
    const events: ShadowEvent[] = []
    const shadow = createShadow({
      candidate: other.origin,
      sample: 1,
      // Express has its own.
      compare: { ignoreHeaders: ['etag', 'x-powered-by', 'content-type'] },
      onEvent: event => events.push(event),
    })
    onTestFinished(() => shadow.close({ timeoutMs: 0 }))
    const origin = await way(shadow)
    let asked = 0
    const customers = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const id = String(asked++)
        expect(await send(origin, { path: `/items/${id}` })).toMatchObject({ status: 200, body: `{"id":"${id}"}` })
      }
    }
    const settled = () => expect.poll(() => shadow.counts.inFlight, { timeout: 5000 }).toBe(0)

    await customers(5)
    await settled()
    expect(shadow.counts).toMatchObject({ matched: 5, errors: 0 })
    other.server.close()
    other.server.closeAllConnections()
    for (let i = 0; i < 60; i++) {
      await customers(1)
      await settled()
    }
    const { errors, skipped, mirrored, mismatched, failures } = shadow.counts
    // Of at least twenty calls, more than half had failed.
    expect(errors).toBe(15)
    expect(skipped['breaker-open']).toBe(45)
    expect([mirrored, mismatched, failures]).toEqual([20, 0, 0])
    const codes = events.flatMap(event => (event.type === 'error' ? [event.code] : []))
    expect(codes).toContain('refused')

    // Many at once, with nothing behind them.
    const many = await Promise.all(Array.from({ length: 50 }, (_, i) => send(origin, { path: `/items/${i}` })))
    expect(many.map(({ body }) => body)).toEqual(many.map((_, i) => `{"id":"${i}"}`))
    expect(shadow.counts).toMatchObject({ errors: 15, failures: 0, inFlight: 0, bytes: 0 })
  })
})
