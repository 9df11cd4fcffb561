import { AndonError } from '../../../core/errors.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { idOf, own } from './objects.ts'
import type { ObjectName, S3World } from './s3-world.ts'

/** Uploads an object in parts, one after the other; an upload that does not come to its end is aborted behind the attempt. */
export async function uploadInParts(
  s3: S3World,
  context: ScenarioContext,
  name: ObjectName,
  { content, parts }: { readonly content: () => Uint8Array; readonly parts: number },
): Promise<void> {
  const id = idOf(name)
  const bytes = content()
  const size = Math.ceil(bytes.length / parts)
  const state = s3.state(context)
  own(s3, context, name)
  const { UploadId } = await s3.call(context, `CREATE UPLOAD ${id}`, (sdk, client, how) =>
    client.send(new sdk.CreateMultipartUploadCommand(name), how),
  )
  if (UploadId === undefined) throw new AndonError('store-failed', `CREATE UPLOAD ${id}: the answer has no upload id`)
  let done = false
  s3.cleanup(context, `upload of ${id}`, async () => {
    if (!done)
      await s3.call(context, `ABORT UPLOAD ${id}`, (sdk, client, how) =>
        client.send(new sdk.AbortMultipartUploadCommand({ ...name, UploadId }), how),
      )
  })
  const Parts: { PartNumber: number; ETag: string | undefined }[] = []
  for (let i = 0; i < parts; i++) {
    const Body = bytes.subarray(i * size, (i + 1) * size)
    const PartNumber = i + 1
    const { ETag } = await s3.call(context, `UPLOAD PART ${PartNumber} ${id}`, (sdk, client, how) =>
      client.send(new sdk.UploadPartCommand({ ...name, UploadId, PartNumber, Body }), how),
    )
    Parts.push({ PartNumber, ETag })
  }
  const { ETag } = await s3.call(context, `COMPLETE UPLOAD ${id}`, (sdk, client, how) =>
    client.send(new sdk.CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload: { Parts } }), how),
  )
  done = true
  state.contents.set(id, content)
  if (ETag) state.etags.set(id, ETag)
}
