import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { connectionsOf, dial, eventually, primaryOf, proxyTo, settled } from './fixtures.ts'

// Far more than all buffers between the two sides hold.
const CHUNK = Buffer.alloc(1 << 20, 'abcdefghijklmnopqrstuvwxyz0123456789')
const CHUNKS = 64
const DIGEST = (() => {
  const hash = createHash('sha256')
  for (let i = 0; i < CHUNKS; i++) hash.update(CHUNK)
  return hash.digest('hex')
})()

/** Writes all of it at the reader's pace; `sent()` tells how many chunks were taken. */
function pour(stream: NodeJS.WritableStream) {
  let sent = 0
  const done = (async () => {
    for (; sent < CHUNKS; sent++) if (!stream.write(CHUNK)) await once(stream, 'drain')
    stream.end()
  })()
  // The connection is gone: said by whoever waits for it.
  done.catch(() => {})
  return { sent: () => sent, done }
}

test('64 MB down: a customer who does not read holds the primary back, and gets it all in the end', async () => {
  let poured: ReturnType<typeof pour> | undefined
  const primary = await primaryOf((_, response) => {
    poured = pour(response)
  })
  const proxy = await proxyTo(primary.origin)
  const sent = request(proxy.origin, { agent: false }).end()
  const [answer] = await once(sent, 'response')
  await eventually(() => poured !== undefined && poured.sent() > 0)
  expect(await settled(poured!.sent)).toBeLessThan(CHUNKS)
  const hash = createHash('sha256')
  for await (const chunk of answer) hash.update(chunk)
  expect(hash.digest('hex')).toBe(DIGEST)
  expect(proxy.counts).toMatchObject({ cut: 0, aborted: 0 })
})

test('64 MB up: a primary that does not read holds the customer back, and gets it all in the end', async () => {
  const read = Promise.withResolvers<void>()
  const primary = await primaryOf(async (incoming, response) => {
    await read.promise
    const hash = createHash('sha256')
    for await (const chunk of incoming) hash.update(chunk)
    response.end(hash.digest('hex'))
  })
  const proxy = await proxyTo(primary.origin)
  const sent = request(proxy.origin, { method: 'PUT', agent: false })
  const poured = pour(sent)
  await eventually(() => poured.sent() > 0)
  expect(await settled(poured.sent)).toBeLessThan(CHUNKS)
  read.resolve()
  const [answer] = await once(sent, 'response')
  let text = ''
  for await (const chunk of answer) text += chunk
  expect(text).toBe(DIGEST)
})

test('a customer who reads nothing and leaves sets the primary free', async () => {
  const primary = await primaryOf((_, response) => void pour(response))
  const proxy = await proxyTo(primary.origin)
  const client = dial(proxy.origin)
  client.socket.once('data', () => client.socket.pause())
  client.send('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  await client.until(/200 OK/)
  expect(await connectionsOf(primary.server)).toBe(1)
  client.socket.destroy()
  await eventually(async () => (await connectionsOf(primary.server)) === 0)
  expect(proxy.counts.aborted).toBe(1)
})
