import { AndonError } from '../../../core/errors.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { byteDifference } from './content.ts'
import { getObject, headObject, idOf, listKeys } from './objects.ts'
import type { S3World } from './s3-world.ts'
import type { GotObject } from './state.ts'

/** Looks at the store, with so many milliseconds left; answers what is wrong, or nothing. */
export type StoreJudge = (leftMs?: number) => Promise<string | undefined>

export const isThere =
  (s3: S3World, context: ScenarioContext, key: string): StoreJudge =>
  async leftMs =>
    (await headObject(s3, context, key, leftMs))
      ? undefined
      : `object ${idOf(s3.name(context, key))}: expected it to exist, it does not`

export const isNotThere =
  (s3: S3World, context: ScenarioContext, key: string): StoreJudge =>
  async leftMs => {
    const head = await headObject(s3, context, key, leftMs)
    if (!head) return undefined
    return `object ${idOf(s3.name(context, key))}: expected none, it has ${head.ContentLength} bytes and ETag ${head.ETag}`
  }

export const isListed =
  (s3: S3World, context: ScenarioContext, key: string): StoreJudge =>
  async leftMs => {
    const { Key } = s3.name(context, key)
    const listed = await listKeys(s3, context, key, leftMs)
    return listed.includes(Key.slice(s3.prefix(context).length))
      ? undefined
      : `object ${idOf(s3.name(context, key))}: expected it to be listed, it is not`
  }

/** Throws `not-put` at once: nothing would come of looking. */
export function isWhatWasPut(s3: S3World, context: ScenarioContext, key: string): StoreJudge {
  contentOf(s3, context, key)
  return async (leftMs = Infinity) => isSame(s3, context, await getObject(s3, context, key, { leftMs }))
}

/** What is different between what was got and what was put, its range included. */
export function isSame(
  s3: S3World,
  context: ScenarioContext,
  { key, bytes, range, etag }: GotObject,
): string | undefined {
  const all = contentOf(s3, context, key)()
  const wrong = byteDifference(range ? all.subarray(range[0], range[1] + 1) : all, bytes)
  return wrong && `object ${idOf(s3.name(context, key))}: ${wrong} (ETag ${etag ?? 'none'})`
}

function contentOf(s3: S3World, context: ScenarioContext, key: string): () => Uint8Array {
  const id = idOf(s3.name(context, key))
  const content = s3.state(context).contents.get(id)
  if (!content)
    throw new AndonError('not-put', `object ${id}: the scenario has not put it, so what should be in it is unknown`)
  return content
}
