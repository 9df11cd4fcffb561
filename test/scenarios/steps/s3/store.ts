import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { startS3rver } from '../../../../examples/release/host-process.ts'

export const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

export interface TestStore {
  readonly origin: string
  /** All keys of a bucket. */
  keys(bucket: string): Promise<string[]>
  createBucket(bucket: string): Promise<void>
  stop(): Promise<void>
}

/** A real s3rver in a folder of its own. */
export async function testStore(version: string): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'andon-s3-'))
  const { origin, stop } = await startS3rver(version, folder)
  const client = new S3Client({ endpoint: origin, region: 'us-east-1', credentials: KEYS, forcePathStyle: true })
  return {
    origin,
    async keys(Bucket) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
      return Contents.map(({ Key }) => Key!)
    },
    async createBucket(Bucket) {
      await client.send(new CreateBucketCommand({ Bucket }))
    },
    async stop() {
      client.destroy()
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What a door does with a request: answers it itself (true), or lets it through. */
export type Doorman = (
  came: { readonly method: string; readonly path: string; readonly headers: Record<string, unknown> },
  respond: (status: number, code: string) => void,
) => boolean | Promise<boolean>

/** A door in front of a store: everything goes through unless the doorman says otherwise. */
export async function door(origin: string, doorman: Doorman) {
  const take = async (came: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '', headers } = came
    const respond = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'R1' })
        // A success has no body that says what is wrong.
        .end(status < 300 ? '' : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said so</Message></Error>`)
    if (await doorman({ method, path, headers }, respond)) return void came.resume()
    const on = request(`${origin}${path}`, { method, headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    on.on('error', () => response.destroy())
    came.pipe(on)
  }
  const server = createServer((came, response) => void take(came, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
