import { AndonError } from '../../../core/errors.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import type { ObjectName, S3World } from './s3-world.ts'
import type { GotObject } from './state.ts'

export const idOf = ({ Bucket, Key }: ObjectName): string => `${Bucket}/${Key}`

/** Has an object deleted behind the attempt; before it is made, since nobody knows what a request that failed has done. */
export function own(s3: S3World, context: ScenarioContext, name: ObjectName): void {
  const { owned } = s3.state(context)
  const id = idOf(name)
  if (owned.has(id)) return
  owned.add(id)
  s3.cleanup(context, `object ${id}`, async () => {
    if (owned.delete(id))
      await s3.call(context, `DELETE ${id}`, (sdk, client, how) => client.send(new sdk.DeleteObjectCommand(name), how))
  })
}

export interface PutOptions {
  /** Makes what is in it, as often as it is wanted. */
  readonly content: () => Uint8Array
  /** Whether the store may refuse: when the object is there already. */
  readonly ifAbsent?: boolean
}

/** Puts an object with the content type and metadata that were given for the next one. */
export async function putObject(
  s3: S3World,
  context: ScenarioContext,
  name: ObjectName,
  { content, ifAbsent = false }: PutOptions,
): Promise<void> {
  const state = s3.state(context)
  const { contentType, metadata } = state
  state.contentType = undefined
  state.metadata = undefined
  own(s3, context, name)
  const call = ifAbsent ? s3.attemptCall : s3.call
  const done = await call(context, `PUT ${idOf(name)}`, (sdk, client, how) =>
    client.send(
      new sdk.PutObjectCommand({
        ...name,
        Body: content(),
        ...(contentType === undefined ? {} : { ContentType: contentType }),
        ...(metadata === undefined ? {} : { Metadata: metadata }),
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      how,
    ),
  )
  if (!done) return
  state.contents.set(idOf(name), content)
  if (done.ETag) state.etags.set(idOf(name), done.ETag)
}

export interface GetOptions {
  /** Both included. */
  readonly range?: readonly [number, number]
  readonly leftMs?: number
  /** Only if its ETag is another. */
  readonly unless?: string
}

/** Gets an object, up to the most bytes that are allowed. Rejects with `object-too-large`. */
export function getObject(
  s3: S3World,
  context: ScenarioContext,
  key: string,
  { range, leftMs, unless }: GetOptions = {},
): Promise<GotObject> {
  const name = s3.name(context, key)
  const what = `GET ${idOf(name)}`
  const { maxObjectBytes } = s3.settings
  return s3.call(
    context,
    what,
    async (sdk, client, how) => {
      const command = new sdk.GetObjectCommand({
        ...name,
        ...(range ? { Range: `bytes=${range[0]}-${range[1]}` } : {}),
        ...(unless === undefined ? {} : { IfNoneMatch: unless }),
      })
      const { Body, ETag, $metadata } = await client.send(command, how)
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
        length += chunk.byteLength
        // Leaving the loop lets go of the connection.
        if (length > maxObjectBytes)
          throw new AndonError(
            'object-too-large',
            `${what}: more than ${maxObjectBytes} bytes (s3Steps maxObjectBytes)`,
          )
        chunks.push(chunk)
      }
      if (ETag) s3.state(context).etags.set(idOf(name), ETag)
      return { key, bytes: new Uint8Array(Buffer.concat(chunks)), etag: ETag, range, $metadata }
    },
    leftMs,
  )
}

/** Asks for an object's description; answers nothing when it does not exist. */
export async function headObject(s3: S3World, context: ScenarioContext, key: string, leftMs?: number) {
  const name = s3.name(context, key)
  try {
    return await s3.call(
      context,
      `HEAD ${idOf(name)}`,
      (sdk, client, how) => client.send(new sdk.HeadObjectCommand(name), how),
      leftMs,
    )
  } catch (error) {
    const { last } = s3.state(context)
    // A bucket that is not there answers the same to a HEAD, but says so by its code where there is one.
    if (last?.status === 404 && last.code !== 'NoSuchBucket') return undefined
    throw error
  }
}

/** All keys that begin with a text, without the attempt's own prefix. */
export async function listKeys(
  s3: S3World,
  context: ScenarioContext,
  under: string,
  leftMs?: number,
): Promise<string[]> {
  const { Bucket, Key: Prefix } = s3.name(context, under)
  const own = s3.prefix(context)
  const keys: string[] = []
  let next: string | undefined
  do {
    const page = await s3.call(
      context,
      `LIST ${Bucket}/${Prefix}`,
      (sdk, client, how) =>
        client.send(
          new sdk.ListObjectsV2Command({ Bucket, Prefix, ...(next === undefined ? {} : { ContinuationToken: next }) }),
          how,
        ),
      leftMs,
    )
    for (const { Key } of page.Contents ?? []) if (Key?.startsWith(own)) keys.push(Key.slice(own.length))
    next = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (next !== undefined && keys.length < 100_000)
  return keys
}
