import { expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { type SseHubOptions, sseHub } from '../../../src/parts/server/index.ts'
import { dial, serving } from './support.ts'

async function world(options: SseHubOptions = {}) {
  const hub = sseHub(options)
  onTestFinished(() => hub.close())
  const server = await serving({
    routes: [{ method: 'GET', path: '/events', role: 'anonymous', handler: hub.handler() }],
  })
  const listen = async () => {
    const cut = new AbortController()
    const response = await fetch(`${server.url}/events`, { signal: cut.signal })
    const events: string[] = []
    let text = ''
    let more = () => {}
    const over = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const parts = text.split('\n\n')
        text = parts.pop()!
        events.push(...parts)
        more()
      }
    })()
    const first = async (n: number) => {
      while (events.length < n) await Promise.race([new Promise<void>(resolve => (more = resolve)), over])
      return events.slice(0, n)
    }
    return { response, events, first, over, cut }
  }
  return { hub, server, listen }
}
const eventually = async (check: () => boolean) => {
  while (!check()) await new Promise(resolve => setTimeout(resolve, 5))
}

test('who comes late gets the last state first, then what happens', async () => {
  const { hub, listen } = await world()
  hub.publish('zones', { n: 1 })
  hub.publish('queue', ['a\nb'])
  hub.publish('zones', { n: 2 })
  const client = await listen()
  expect(client.response.headers.get('content-type')).toBe('text/event-stream')
  expect(await client.first(3)).toEqual([':', 'event: zones\ndata: {"n":2}', 'event: queue\ndata: ["a\\nb"]'])
  hub.publish('queue', [])
  expect((await client.first(4))[3]).toBe('event: queue\ndata: []')
  expect(hub.clients).toBe(1)
  client.cut.abort()
  await client.over.catch(() => {})
  await eventually(() => hub.clients === 0)
})

test('a heartbeat for all, and no timer without clients', async () => {
  const clock = virtualClock()
  const { hub, listen } = await world({ clock, heartbeatMs: 1000 })
  expect(clock.pending()).toBe(0)
  const [one, two] = [await listen(), await listen()]
  await one.first(1)
  expect(clock.pending()).toBe(1)
  await clock.advance(2000)
  expect([await one.first(3), await two.first(3)]).toEqual([
    [':', ':', ':'],
    [':', ':', ':'],
  ])
  hub.close()
  await Promise.all([one.over, two.over])
  expect(clock.pending()).toBe(0)
})

test('no more clients than may be, and none after the end', async () => {
  const { hub, listen, server } = await world({ maxClients: 2 })
  const two = [await listen(), await listen()]
  for (const one of two) await one.first(1)
  const third = await fetch(`${server.url}/events`)
  expect([third.status, third.headers.get('retry-after'), await third.json()]).toEqual([
    503,
    '5',
    { error: { code: 'busy', message: 'too many are listening' } },
  ])
  hub.close()
  await Promise.all(two.map(one => one.over))
  expect((await fetch(`${server.url}/events`)).status).toBe(503)
})

test('who does not read is dropped, and the others are not', async () => {
  const { hub, listen, server } = await world({ maxBufferedBytes: 100_000 })
  const reader = await listen()
  const slow = dial(server.url)
  slow.send('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await slow.until(/event-stream/)
  slow.socket.pause()
  await eventually(() => hub.clients === 2)
  let n = 0
  while (hub.clients === 2) {
    hub.publish('state', 'x'.repeat(50_000))
    n++
    await reader.first(n + 1)
  }
  expect([hub.clients, hub.dropped]).toEqual([1, 1])
  hub.publish('state', 'last')
  expect((await reader.first(n + 2)).at(-1)).toBe('event: state\ndata: "last"')
  slow.socket.resume()
  await slow.closed
})

test('a server that closes ends its streams', async () => {
  const { server, listen, hub } = await world()
  const client = await listen()
  await client.first(1)
  await Promise.all([server.close(), client.over])
  expect(hub.clients).toBe(0)
})

test('HEAD opens no stream', async () => {
  const { server, hub } = await world()
  expect((await fetch(`${server.url}/events`, { method: 'HEAD' })).status).toBe(200)
  expect(hub.clients).toBe(0)
})

test('what cannot be sent is refused', () => {
  const hub = sseHub()
  expect(() => hub.publish('a\nb', 1)).toThrow('publish event: expected')
  expect(() => hub.publish('a', undefined)).toThrow('publish data: expected')
  expect(() => sseHub({ maxClients: 0 })).toThrow('sseHub maxClients: expected')
})
