import { seconds } from '../../../core/durations.ts'
import { wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { column, pairs } from '../shared/blocks.ts'
import { eventually } from '../shared/eventually.ts'
import { fill } from '../shared/fill.ts'
import { sha256 } from './content.ts'
import { isListed, isNotThere, isThere, isWhatWasPut, type StoreJudge } from './object-judges.ts'
import { getObject, headObject, idOf, listKeys } from './objects.ts'
import { failIf } from './read-steps.ts'
import type { S3World } from './s3-world.ts'
import { loadS3 } from './sdk.ts'

/** What is expected of objects in the store. */
export function objectSteps({ when, then }: Declare<Record<string, unknown>>, s3: S3World): void {
  const now = (context: ScenarioContext, judge: StoreJudge) => s3.shown(context, async () => failIf(await judge()))
  const until = (context: ScenarioContext, time: number, judge: StoreJudge) =>
    s3.shown(context, async () => {
      // What looking again cannot help with comes first.
      await loadS3()
      s3.name(context, '')
      const withinMs = seconds(wholeOption('seconds', time, 0, s3.settings.longestMs / 1000))
      return eventually(context, withinMs, judge)
    })
  const id = (context: ScenarioContext, key: string) => idOf(s3.name(context, key))
  const head = (
    context: ScenarioContext,
    key: string,
    judge: (head: NonNullable<Awaited<ReturnType<typeof headObject>>>) => string | undefined,
  ) =>
    now(context, async () => {
      const found = await headObject(s3, context, key)
      const wrong = found ? judge(found) : 'expected it to exist, it does not'
      return wrong && `object ${id(context, key)}: ${wrong}`
    })
  // It ends by itself; the runner's own deadline would not tell what was seen last.
  const timeoutMs = s3.settings.longestMs + 5000

  then('the object {string} exists', (context, key) => now(context, isThere(s3, context, key)), {
    doc: 'Asks for its description.',
  })
  then('the object {string} does not exist', (context, key) => now(context, isNotThere(s3, context, key)), {
    doc: 'Expects 404; any other refusal fails.',
  })
  then('the object {string} is listed', (context, key) => now(context, isListed(s3, context, key)), {
    doc: 'Expects its key in the list of its prefix.',
  })
  then('the object {string} is what I put', (context, key) => now(context, isWhatWasPut(s3, context, key)), {
    doc: 'Gets it and compares it with what the scenario has put, copied or uploaded, byte for byte.',
  })
  then(
    'the object {string} has {int} byte(s)',
    (context, key, size) =>
      head(context, key, ({ ContentLength }) =>
        ContentLength === size ? undefined : `expected ${size} bytes, got ${ContentLength}`,
      ),
    { doc: 'Expects a size.' },
  )
  then(
    'the object {string} has the content type {string}',
    (context, key, type) =>
      head(context, key, ({ ContentType }) =>
        ContentType === type ? undefined : `expected content type ${type}, got ${ContentType}`,
      ),
    { doc: 'Expects a content type.' },
  )
  then(
    'the object {string} has the metadata',
    (context, key, block) => {
      const expected = pairs(block).map(([name, value]) => [name, fill(value, s3.attempt(context))] as const)
      return head(context, key, ({ Metadata = {} }) => {
        const wrong = expected.find(([name, value]) => Metadata[name.toLowerCase()] !== value)
        return wrong && `metadata ${wrong[0]}: expected ${wrong[1]}, got ${Metadata[wrong[0].toLowerCase()] ?? 'none'}`
      })
    },
    { doc: 'Expects metadata, a table of names and values; there may be more.' },
  )
  then(
    'the object {string} has the ETag {string}',
    (context, key, etag) => {
      const expected = fill(etag, s3.attempt(context))
      return head(context, key, ({ ETag }) =>
        bare(ETag) === bare(expected) ? undefined : `expected ETag ${bare(expected)}, got ${bare(ETag)}`,
      )
    },
    { doc: 'Expects an ETag, with or without its quotes.' },
  )
  then(
    'the object {string} has the SHA-256 {string}',
    (context, key, hash) => {
      const expected = fill(hash, s3.attempt(context)).toLowerCase()
      return now(context, async () => {
        const came = sha256((await getObject(s3, context, key)).bytes)
        return came === expected ? undefined : `object ${id(context, key)}: expected SHA-256 ${expected}, got ${came}`
      })
    },
    { doc: 'Gets it and expects a hash, in hexadecimal.' },
  )
  when(
    "I remember the object {string}'s ETag as {string}",
    (context, key, as) =>
      head(context, key, ({ ETag }) => {
        s3.attempt(context).values[as] = bare(ETag)
        return undefined
      }),
    { doc: `From here on, \${name} stands for its ETag, without quotes.` },
  )
  then(
    'the objects under {string} are',
    (context, under, block) => {
      const expected = column(block).map(key => fill(key, s3.attempt(context)))
      return now(context, async () => {
        const came = await listKeys(s3, context, under)
        const same = came.length === expected.length && expected.every(key => came.includes(key))
        return same ? undefined : `objects under ${id(context, under)}: expected ${words(expected)}, got ${words(came)}`
      })
    },
    { doc: 'Lists a prefix and expects these keys, in any order, and no others: a table of one column.' },
  )
  then(
    'there is/are {int} object(s) under {string}',
    (context, count, under) =>
      now(context, async () => {
        const came = await listKeys(s3, context, under)
        if (came.length === count) return undefined
        return `objects under ${id(context, under)}: expected ${count}, got ${came.length}: ${words(came)}`
      }),
    { doc: 'Lists a prefix and expects so many keys.' },
  )
  then(
    'within {int} second(s) the object {string} exists',
    (context, time, key) => until(context, time, isThere(s3, context, key)),
    { doc: 'Looks until it exists.', timeoutMs },
  )
  then(
    'within {int} second(s) the object {string} does not exist',
    (context, time, key) => until(context, time, isNotThere(s3, context, key)),
    { doc: 'Looks until it does not exist any more.', timeoutMs },
  )
  then(
    'within {int} second(s) the object {string} is listed',
    (context, time, key) => until(context, time, isListed(s3, context, key)),
    { doc: 'Lists its prefix until its key is there.', timeoutMs },
  )
  then(
    'within {int} second(s) the object {string} is what I put',
    (context, time, key) => until(context, time, isWhatWasPut(s3, context, key)),
    { doc: 'Gets it until it is what the scenario has put last, byte for byte.', timeoutMs },
  )
}

const MOST_SHOWN = 20

const bare = (etag: string | undefined) => (etag ?? 'none').replaceAll('"', '')
const words = (keys: readonly string[]) => {
  const more = keys.length - MOST_SHOWN
  return `[${keys.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? `, and ${more} more` : ''}]`
}
