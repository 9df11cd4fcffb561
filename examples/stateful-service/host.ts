// One host of the service: keeps its part of the replica sets that it is a member of.
// GET, PUT /sets/SET/keys/KEY for clients, who say in which epoch they think the set is; the rest is for the control plane.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Stamped } from './stamped.ts'
import { Store } from './store.ts'

const [folder, version] = process.argv.slice(2) as [string, string]
const store = await Store.open(join(folder, 'values.ndjson'))
let draining = false

async function answer(request: IncomingMessage): Promise<[status: number, body?: unknown]> {
  const [, first = '', set = '', keys, key] = request.url!.split('/')
  const body = async <T>() => JSON.parse((await request.toArray()).join('')) as T
  const method = request.method
  // A version that never gets well.
  if (first === 'health') return [version === 'sick' ? 500 : 200, { version, draining }]
  if (first === 'drain' && method === 'POST') {
    draining = true
    return [200]
  }
  if (first !== 'sets') return [404]
  if (keys === 'keys' && key !== undefined) {
    if (draining) return [503]
    const value = method === 'PUT' ? await body<Stamped>() : undefined
    // Whoever thinks that other hosts are in the set must not be counted with them.
    const epoch = Number(request.headers['x-epoch'])
    if (epoch === 0 || epoch !== store.epoch(set)) return [409]
    if (!value) return [200, store.get(set, key)]
    await store.merge(set, { [key]: value })
    // Sealed while it was written: the copy may have been made without it.
    return epoch === store.epoch(set) ? [200] : [409]
  }
  if (method === 'GET') return [200, store.all(set)]
  if (method === 'POST') {
    await store.merge(set, await body<Record<string, Stamped>>())
    return [200]
  }
  await store.setEpoch(set, (await body<{ epoch: number }>()).epoch)
  return [200]
}

const server = createServer((request, response) => {
  void answer(request)
    .catch((): [number] => [500])
    .then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('SIGTERM', () => {
  // What is being answered is answered still.
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
console.log(`listening on ${(server.address() as AddressInfo).port}`)
