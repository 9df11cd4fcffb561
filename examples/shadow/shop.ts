import { createServer, type Server } from 'node:http'
import express from 'express'

/** What a version of the shop does differently. */
export interface Version {
  /** Rounds half cents up, where the other cuts them off. */
  readonly roundsUp: boolean
  /** Leaves a field out when it is null. */
  readonly dropsNull: boolean
  /** Lets caches keep prices. */
  readonly cacheControl: string
}

export const OLD: Version = { roundsUp: false, dropsNull: false, cacheControl: 'no-store' }
/** Another JSON library and another rounding: three differences that nobody meant. */
export const NEW: Version = { roundsUp: true, dropsNull: true, cacheControl: 'max-age=60' }

/** A shop whose answers differ from call to call by themselves, in four ways. */
export function shop(version: Version, before?: express.RequestHandler): Server {
  const app = express()
  app.disable('x-powered-by').set('etag', false)
  if (before) app.use(before)
  app.get('/orders/:id', (request, response) => {
    const id = Number(request.params.id)
    const cents = (id * 1234.5) / 100
    const order = {
      id,
      total: version.roundsUp ? Math.ceil(cents) / 100 : Math.floor(cents) / 100,
      note: id % 2 === 0 ? null : 'gift',
      items: Array.from({ length: 3 }, (_, i) => ({ id: i, name: `item ${i}` })),
      // Noise: a time, an id, a race, an order that nobody promised.
      servedAt: new Date().toISOString(),
      requestId: crypto.randomUUID(),
      cache: Math.random() < 0.3 ? 'hit' : 'miss',
      alsoBought: Math.random() < 0.5 ? ['hat', 'scarf'] : ['scarf', 'hat'],
    }
    response.set('cache-control', version.cacheControl).type('json')
    response.send(
      JSON.stringify(order, (_, value: unknown) => (version.dropsNull && value === null ? undefined : value)),
    )
  })
  return createServer(app)
}
