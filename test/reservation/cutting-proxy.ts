import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What happens to an answer. `cut`: the connection ends instead; `swallow`: nothing comes. */
export type Fate = 'pass' | 'cut' | 'swallow'

/** A TCP proxy that delivers every question, and each answer or not. */
export async function cuttingProxy(upstreamUrl: string) {
  const upstream = { port: Number(new URL(upstreamUrl).port), host: '127.0.0.1' }
  const sockets = new Set<Socket>()
  let fates: Fate[] = []
  let always: Fate = 'pass'
  let questions = 0
  const server = createServer(client => {
    const behind = connect(upstream)
    for (const socket of [client, behind]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        behind.destroy()
      })
    }
    client.on('data', chunk => {
      questions++
      behind.write(chunk)
    })
    behind.on('data', chunk => {
      const fate = fates.shift() ?? always
      if (fate === 'pass') client.write(chunk)
      else if (fate === 'cut') client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The fates of the next answers; after those they pass. */
    next: (...wanted: Fate[]) => (fates = wanted),
    always: (fate: Fate) => (always = fate),
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    get questions() {
      return questions
    },
  }
}
