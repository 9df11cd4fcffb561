import { AndonError } from '../../../core/errors.ts'
import { invalid, wholeOption } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { fill } from '../shared/fill.ts'
import { isSame } from './object-judges.ts'
import { getObject, idOf } from './objects.ts'
import type { S3World } from './s3-world.ts'
import type { GotObject, S3State } from './state.ts'

/** Getting objects, and what is expected of what came. */
export function readSteps({ when, then }: Declare<Record<string, unknown>>, s3: S3World): void {
  const get = (context: ScenarioContext, key: string, range?: readonly [number, number]) =>
    s3.shown(context, async () => {
      const state = s3.state(context)
      state.got = undefined
      state.got = await getObject(s3, context, key, range ? { range } : {})
    })
  const expectGot = (context: ScenarioContext, judge: (got: GotObject) => string | undefined) =>
    s3.shown(context, () => {
      const { got } = s3.state(context)
      if (!got) throw new AndonError('no-object', 'no object: the scenario has not got one yet')
      failIf(judge(got))
    })
  const expectAnswer = (context: ScenarioContext, judge: (last: NonNullable<S3State['last']>) => string | undefined) =>
    s3.shown(context, () => {
      const { last } = s3.state(context)
      if (!last) throw new AndonError('no-response', 'no answer: the scenario has not asked the store for anything yet')
      const wrong = judge(last)
      failIf(wrong && `${last.what}: ${wrong}`)
    })

  when('I get the object {string}', (context, key) => get(context, key), { doc: 'Gets an object.' })
  when(
    'I get the bytes {int} to {int} of the object {string}',
    (context, from, to, key) => {
      wholeOption('first byte', from, 0)
      if (to < from) throw invalid('last byte', `${from} or more`, to)
      return get(context, key, [from, to])
    },
    { doc: 'Gets a range of an object: from the first to the last byte, both included, counted from 0.' },
  )
  when(
    'I get the object {string} if it has changed',
    (context, key) =>
      s3.shown(context, async () => {
        const state = s3.state(context)
        const id = idOf(s3.name(context, key))
        const unless = state.etags.get(id)
        if (unless === undefined) throw new AndonError('no-etag', `object ${id}: the scenario knows no ETag of it yet`)
        state.got = undefined
        state.got = await answered(state, getObject(s3, context, key, { unless }))
      }),
    { doc: 'Gets an object unless its ETag is the last known one (If-None-Match); 304 when it has not changed.' },
  )
  when(
    'I try to get the object {string}',
    (context, key) =>
      s3.shown(context, async () => {
        const state = s3.state(context)
        state.got = undefined
        state.got = await answered(state, getObject(s3, context, key))
      }),
    { doc: 'Gets an object; that the store refuses is no failure. Look at what it answered behind it.' },
  )
  then(
    'the store answered with status {int}',
    (context, status) =>
      expectAnswer(context, last =>
        last.status === status ? undefined : `expected status ${status}, got ${last.status}`,
      ),
    { doc: 'Expects a status of the last answer: 200, 206, 304, 404, 412.' },
  )
  then(
    'the store answered with the error {string}',
    (context, code) =>
      expectAnswer(context, last =>
        last.code === code ? undefined : `expected error ${code}, got ${last.code ?? `none (status ${last.status})`}`,
      ),
    { doc: 'Expects an error code of the last answer: "NoSuchKey".' },
  )
  then('I got what I put', context => expectGot(context, got => isSame(s3, context, got)), {
    doc: 'Compares what was got with what the scenario has put, byte for byte; of a range, with that range.',
  })
  then(
    'I got {string}',
    (context, text) => {
      const expected = fill(text, s3.attempt(context))
      return expectGot(context, ({ bytes, key }) => {
        const came = Buffer.from(bytes).toString('utf8')
        return came === expected ? undefined : `object ${key}: expected ${shown(expected)}, got ${shown(came)}`
      })
    },
    { doc: 'Expects a text.' },
  )
  then(
    'I got {int} byte(s)',
    (context, size) =>
      expectGot(context, ({ bytes, key }) =>
        bytes.length === size ? undefined : `object ${key}: expected ${size} bytes, got ${bytes.length}`,
      ),
    { doc: 'Expects so many bytes.' },
  )
}

/** That the store refuses is an answer; that there is none is not. */
async function answered(state: S3State, asked: Promise<GotObject>): Promise<GotObject | undefined> {
  try {
    return await asked
  } catch (error) {
    if (state.last?.status === undefined) throw error
    return undefined
  }
}

/** Throws `not-as-expected` when something is wrong. */
export function failIf(wrong: string | undefined): void {
  if (wrong !== undefined) throw new AndonError('not-as-expected', wrong)
}

const shown = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
