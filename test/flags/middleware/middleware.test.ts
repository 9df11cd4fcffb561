import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { createFlagClient, expressFlags, fastifyFlags, type RequestFlags } from '../../../src/flags/index.ts'
import { handSource } from '../support/hand-source.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const variants = (rule: string) => ({
  version: '1',
  flags: { f: { name: 'f' } },
  values: {
    f: {
      _variants: [
        { name: 'on', enabled: true, rule },
        { name: 'off', enabled: false },
      ],
    },
  },
})
type Flagged = { headers: Record<string, string | string[] | undefined>; flags: RequestFlags }

/** Asks a server, and changes the flags while the request is under way. */
async function both(origin: string, source: ReturnType<typeof handSource>, account: string) {
  source.give(variants('(eq $account "a")'), `v${Math.random()}`)
  const response = await fetch(`${origin}/`, { headers: { 'x-account': account } })
  return response.json()
}

const servers = {
  async express(client: ReturnType<typeof createFlagClient>, during: () => void, context: (r: Flagged) => object) {
    const app = express()
    app.use(expressFlags(client, { context: context as never }))
    app.get('/', (request, response) => {
      const { flags } = request as unknown as Flagged
      const first = flags.enabled('f')
      during()
      response.json([first, flags.enabled('f'), flags.evaluate('f').reason])
    })
    const server = app.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    closing.push(async () => server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  },
  async fastify(client: ReturnType<typeof createFlagClient>, during: () => void, context: (r: Flagged) => object) {
    const app = Fastify()
    await app.register(fastifyFlags(client, { context: context as never }) as never)
    app.get('/', async request => {
      const { flags } = request as unknown as Flagged
      const first = flags.enabled('f')
      during()
      return [first, flags.enabled('f'), flags.evaluate('f').reason]
    })
    closing.push(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
}

test.each(['express', 'fastify'] as const)(
  '%s: one snapshot and one context for a request, whatever changes meanwhile',
  async kind => {
    const source = handSource()
    const client = createFlagClient({ source })
    closing.push(() => client.close())
    let n = 0
    const during = () => source.give(variants('(eq $account "nobody")'), `w${n++}`)
    const origin = await servers[kind](client, during, r => ({ account: r.headers['x-account'] }))
    expect(await both(origin, source, 'a')).toEqual([true, true, 'rule'])
    expect(await both(origin, source, 'b')).toEqual([false, false, 'default'])
  },
)

test.each(['express', 'fastify'] as const)(
  '%s: a context that cannot be made is an error for flags that ask for it, and the request goes on',
  async kind => {
    const source = handSource()
    const client = createFlagClient({ source })
    closing.push(() => client.close())
    const origin = await servers[kind](
      client,
      () => {},
      () => {
        throw new Error('boom')
      },
    )
    expect(await both(origin, source, 'a')).toEqual([false, false, 'error'])
  },
)
