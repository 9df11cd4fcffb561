// One server process for the benchmark: answers 2 KB of JSON, bare or with a mirror of one of several kinds.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { createShadow } from '../../src/shadow/index.ts'
import { body } from './body.ts'

const [mode = 'bare', candidate = '', sample = '1'] = process.argv.slice(2)
const answer: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}
const shadow =
  mode === 'shadow'
    ? createShadow({
        candidate,
        sample: Number(sample),
        compare: { ignoreHeaders: ['keep-alive'] },
        // Enough that none is shed: a copy that is not made costs nothing, and would make the others look cheap.
        limits: { timeoutMs: 1000, maxBytes: 16 * 1024 * 1024, maxInFlight: 1000 },
      })
    : undefined
const pool = mode === 'pool' ? new Pool(candidate, { connections: 64 }) : undefined
let same = 0

const listeners: Record<string, RequestListener> = {
  bare: answer,
  // What one writes first: no limit, no deadline, no comparison but of bytes.
  fetch: (request, response) => {
    answer(request, response)
    if (Math.random() >= Number(sample)) return
    fetch(candidate + request.url).then(
      async r => {
        if (body.equals(Buffer.from(await r.arrayBuffer()))) same++
      },
      () => {},
    )
  },
  pool: (request, response) => {
    answer(request, response)
    if (Math.random() >= Number(sample)) return
    pool!.request({ path: request.url ?? '/', method: 'GET' }).then(
      async r => {
        if (body.equals(Buffer.from(await r.body.arrayBuffer()))) same++
      },
      () => {},
    )
  },
  shadow: shadow ? shadow.handler(answer) : answer,
}

const server = createServer(listeners[mode])
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
let started = process.cpuUsage()
let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 100).unref()
process.on('message', (message: string) => {
  if (message === 'begin') {
    // No forced collection: it would throw compiled code away as well, and have it compiled again while we measure.
    started = process.cpuUsage()
    peak = process.memoryUsage.rss()
    process.send?.({ begun: true })
  } else {
    const { user, system } = process.cpuUsage(started)
    const counts = shadow?.counts
    process.send?.({
      cpuUs: user + system,
      peak,
      same: counts ? counts.matched : same,
      mirrored: counts?.mirrored ?? 0,
      skipped: counts ? Object.values(counts.skipped).reduce((a, b) => a + b, 0) : 0,
      failures: counts?.failures ?? 0,
    })
  }
})
process.on('disconnect', () => process.exit(0))
