import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MetricSink } from '../../src/core/index.ts'

/** Marks requests of canaries, so that only customers are counted as customers. */
export const CANARY_AGENT = 'andon-canary'

interface Backend {
  readonly host: string
  readonly origin: URL
  readonly agent: Agent
  /** The route to this backend leads nowhere: customers' requests are dropped before the service sees them. */
  readonly lost: boolean
  readonly isNew: boolean
  inFlight: number
}

/** Customers' requests that came in at a door, and those among them that met the new version. */
export interface DoorCounts {
  total: number
  met: number
}

/** A front door on 127.0.0.1 that spreads requests over healthy hosts, and reports what the service sees of itself. */
export interface Balancer {
  readonly origin: string
  readonly counts: DoorCounts
  add(backend: { host: string; origin: string; isNew: boolean; lost: boolean }): void
  /** Takes a host out and waits (at most five seconds) until its requests are answered. */
  drain(host: string): Promise<void>
  close(): Promise<void>
}

export async function startBalancer(metrics: MetricSink): Promise<Balancer> {
  const backends: Backend[] = []
  const counts: DoorCounts = { total: 0, met: 0 }
  let turn = 0

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, backend: Backend) => {
    const start = performance.now()
    const { host } = backend
    backend.inFlight++
    let settled = false
    const settle = (status: number) => {
      if (settled) return
      settled = true
      backend.inFlight--
      metrics.record({ metric: 'requests', place: host, value: 1 })
      metrics.record({ metric: 'latency', place: host, value: performance.now() - start })
      if (status >= 500) metrics.record({ metric: 'errors', place: host, value: 1 })
    }
    const { method, url, headers } = incoming
    const upstream = request(
      { host: '127.0.0.1', port: backend.origin.port, method, path: url, headers, agent: backend.agent },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        answer.on('close', () => settle(answer.statusCode ?? 502))
      },
    )
    upstream.on('error', () => {
      settle(502)
      if (!outgoing.headersSent) outgoing.writeHead(502)
      outgoing.end()
    })
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) upstream.destroy()
    })
    incoming.pipe(upstream)
  }

  const server = createServer((incoming, outgoing) => {
    const backend = backends[turn++ % Math.max(1, backends.length)]
    if (!incoming.headers['user-agent']?.includes(CANARY_AGENT)) {
      counts.total++
      if (backend?.isNew) counts.met++
    }
    if (!backend) return void outgoing.writeHead(503).end()
    if (backend.lost) return void incoming.socket.destroy()
    forward(incoming, outgoing, backend)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    add({ host, origin, isNew, lost }) {
      backends.push({ host, origin: new URL(origin), agent: new Agent({ keepAlive: true }), lost, isNew, inFlight: 0 })
    },
    async drain(host) {
      const index = backends.findIndex(b => b.host === host)
      if (index < 0) return
      const [backend] = backends.splice(index, 1)
      for (let waited = 0; backend!.inFlight > 0 && waited < 5000; waited += 5) await new Promise(r => setTimeout(r, 5))
      backend!.agent.destroy()
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
