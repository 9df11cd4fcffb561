import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
// @ts-expect-error: it has no types.
import untyped from 'dynalite'
import { afterAll, beforeAll } from 'vitest'
import { createDynamoDbLedgerTable } from '../../../src/parts/ledger/index.ts'

const dynalite = untyped as (options: { createTableMs: number }) => Server

/** A server that speaks DynamoDB for the tests of one file. */
export interface DynamoDbUnderTest {
  endpoint(): string
  /** A client for it, or for another address. */
  client(endpoint?: string): DynamoDBClient
  /** The name of an empty table of its own for each call. */
  table(): Promise<string>
}

/** Starts one before the tests of this file and ends it behind them. */
export function dynamoDbForTests(): DynamoDbUnderTest {
  const clients: DynamoDBClient[] = []
  let server: Server
  let tables = 0
  const endpoint = () => `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const client = (at = endpoint()) => {
    const made = new DynamoDBClient({
      endpoint: at,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    clients.push(made)
    return made
  }
  beforeAll(async () => {
    server = dynalite({ createTableMs: 0 })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    for (const each of clients) each.destroy()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return {
    endpoint,
    client,
    async table() {
      const table = `ledger-${++tables}`
      await createDynamoDbLedgerTable({ table, client: client() })
      return table
    },
  }
}

/** What becomes of a request on its way. */
export type Fate = 'pass' | 'cut' | 'lose the answer'

/**
 * A server between a client and the store. `fate` is asked for each request, with the call's name; the store's clock seems to
 * be so much ahead.
 */
export async function proxy(to: string, fate: (call: string, body: string) => Fate | Promise<Fate>, aheadMs = 0) {
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const call = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const what = await fate(call, body.toString())
    if (what === 'cut') return void request.socket.destroy()
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(to, { method: 'POST', headers: headers as Record<string, string>, body })
    const text = await answer.text()
    if (what === 'lose the answer') return void request.socket.destroy()
    const date = new Date(Date.parse(answer.headers.get('date')!) + aheadMs).toUTCString()
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0', date })
    response.end(text)
  }
  const server = createServer((request, response) => void forward(request, response).catch(() => response.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
