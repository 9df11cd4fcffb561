import { AndonError } from '../../../core/errors.ts'
import { wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { docString, pairs } from '../shared/blocks.ts'
import { fill } from '../shared/fill.ts'
import { seededBytes } from './content.ts'
import { uploadInParts } from './multipart.ts'
import { idOf, own, putObject } from './objects.ts'
import type { S3World } from './s3-world.ts'

const SEED = 1

/** Putting, copying and deleting objects. */
export function writeSteps({ given, when }: Declare<Record<string, unknown>>, s3: S3World): void {
  const put = (context: ScenarioContext, key: string, content: () => Uint8Array, ifAbsent = false) =>
    s3.shown(context, () => putObject(s3, context, s3.name(context, key), { content, ifAbsent }))
  const textOf = (context: ScenarioContext, text: string) => {
    const filled = fill(text, s3.attempt(context))
    return () => Buffer.from(filled)
  }
  const bytesOf = (count: number, seed: number) => {
    const size = wholeOption('bytes', count, 0, s3.settings.maxObjectBytes)
    wholeOption('seed', seed, 0, 2 ** 32 - 1)
    return () => seededBytes(size, seed)
  }

  given(
    "the next object's content type is {string}",
    (context, type) => {
      s3.state(context).contentType = type
    },
    { doc: 'Gives the next object that is put a content type.' },
  )
  given(
    "the next object's metadata is",
    (context, block) => {
      const known = s3.attempt(context)
      s3.state(context).metadata = Object.fromEntries(pairs(block).map(([name, value]) => [name, fill(value, known)]))
    },
    { doc: 'Gives the next object that is put metadata: a table of names and values.' },
  )
  when('I put {string} as the object {string}', (context, text, key) => put(context, key, textOf(context, text)), {
    doc: 'Puts a text; it is deleted behind the scenario, as all objects that steps make.',
  })
  when(
    'I put this text as the object {string}',
    (context, key, block) => put(context, key, textOf(context, docString(block))),
    { doc: 'Puts a text of several lines.' },
  )
  when('I put {int} byte(s) as the object {string}', (context, size, key) => put(context, key, bytesOf(size, SEED)), {
    doc: 'Puts so many bytes that look random, and are the same each time.',
  })
  when(
    'I put {int} byte(s) of seed {int} as the object {string}',
    (context, size, seed, key) => put(context, key, bytesOf(size, seed)),
    { doc: 'The same with a seed: other seeds, other bytes.' },
  )
  when(
    'I put {string} as the object {string} if it is absent',
    (context, text, key) => put(context, key, textOf(context, text), true),
    { doc: 'Puts a text unless the object is there (If-None-Match: *); look at what the store answered behind it.' },
  )
  when(
    'I upload {int} byte(s) in {int} part(s) as the object {string}',
    (context, size, parts, key) =>
      s3.shown(context, () => {
        const content = bytesOf(size, SEED)
        wholeOption('parts', parts, 1, 10_000)
        if (size < parts) throw new AndonError('bad-parts', `${size} bytes are too few for ${parts} parts`)
        return uploadInParts(s3, context, s3.name(context, key), { content, parts })
      }),
    { doc: 'Uploads bytes in parts (Amazon S3 wants 5 MiB in each but the last).' },
  )
  when(
    'I copy the object {string} to {string}',
    (context, from, to) =>
      s3.shown(context, async () => {
        const source = s3.name(context, from)
        const name = s3.name(context, to)
        own(s3, context, name)
        const CopySource = `${source.Bucket}/${source.Key.split('/').map(encodeURIComponent).join('/')}`
        await s3.call(context, `COPY ${idOf(source)} to ${idOf(name)}`, (sdk, client, how) =>
          client.send(new sdk.CopyObjectCommand({ ...name, CopySource }), how),
        )
        const { contents } = s3.state(context)
        const content = contents.get(idOf(source))
        if (content) contents.set(idOf(name), content)
      }),
    { doc: 'Copies an object within the bucket.' },
  )
  when(
    'I delete the object {string}',
    (context, key) =>
      s3.shown(context, async () => {
        const name = s3.name(context, key)
        await s3.call(context, `DELETE ${idOf(name)}`, (sdk, client, how) =>
          client.send(new sdk.DeleteObjectCommand(name), how),
        )
        s3.state(context).owned.delete(idOf(name))
      }),
    { doc: 'Deletes an object.' },
  )
}
