import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Deployer, MetricSource } from '../../src/core/index.ts'
import type { Fleet } from './fleet.ts'

/** The supervisor's control: how the runner reaches the fleet and its metrics. Loopback, with a token. */
export async function startControl(
  fleet: Fleet,
  metrics: MetricSource,
  token: string,
): Promise<{ origin: string; close(): void }> {
  const wanted = Buffer.from(`Bearer ${token}`)
  const allowed = (request: IncomingMessage) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    return (
      given.length === wanted.length &&
      timingSafeEqual(given, wanted) &&
      /^127\.0\.0\.1(:\d+)?$/.test(request.headers.host ?? '')
    )
  }
  const calls: Record<string, (input: never, signal: AbortSignal) => unknown> = {
    hosts: (input: { place: string }) => fleet.hosts(input.place),
    deploy: (input: { key: string; host: string; version: string }) => fleet.deploy(input),
    rollback: (input: { key: string; host: string; to: string }) => fleet.rollback(input),
    version: (input: { host: string }, signal) => fleet.currentVersion(input.host, signal),
    window: (input: Parameters<MetricSource['window']>[0]) => metrics.window(input),
    doors: (input: { place: string }) => {
      const { customers, validator } = fleet.doors(input.place)
      return { customers: customers.origin, validator: validator.origin }
    },
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null))
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    try {
      if (!allowed(request)) return answer(401, { error: 'a bearer token is needed' })
      const call = calls[(request.url ?? '').slice(1)]
      if (!call || request.method !== 'POST')
        return answer(404, { error: `no such call: ${request.method} ${request.url}` })
      let text = ''
      for await (const chunk of request) text += chunk
      answer(200, await call(JSON.parse(text) as never, gone.signal))
    } catch (error) {
      answer(500, { error: (error as Error).message })
    }
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The same from the runner's side. */
export interface ControlClient {
  readonly deployer: Deployer
  readonly metrics: MetricSource
  doors(place: string): Promise<{ customers: string; validator: string }>
}

export function controlClient(origin: string, token: string): ControlClient {
  const call = async <T>(name: string, input: object, signal?: AbortSignal): Promise<T> => {
    const response = await fetch(`${origin}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
      ...(signal ? { signal } : {}),
    })
    const answer = (await response.json()) as T & { error?: string }
    if (!response.ok) throw new Error(answer?.error ?? `status ${response.status}`)
    return answer
  }
  return {
    deployer: {
      hosts: (place, { signal }) => call('hosts', { place }, signal),
      deploy: ({ signal, ...request }) => call('deploy', request, signal),
      rollback: ({ signal, ...request }) => call('rollback', request, signal),
      currentVersion: (host, { signal }) => call('version', { host }, signal),
    },
    metrics: { window: ({ signal, ...query }) => call('window', query, signal) },
    doors: place => call('doors', { place }),
  }
}
