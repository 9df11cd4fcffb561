import { expect, test } from 'vitest'
import { functionCheck } from '../../src/canary/index.ts'
import { virtualClock } from '../../src/core/index.ts'

const signal = new AbortController().signal

test.each([undefined, true, 0, '', null, {}])('a function that answers %j works', async answer => {
  expect(await functionCheck('check', () => answer).run({ signal })).toEqual({
    ok: true,
    durationMs: expect.any(Number),
  })
})

test('a function that answers false, at once or later, does not work', async () => {
  for (const work of [() => false, async () => false])
    expect(await functionCheck('check', work).run({ signal })).toMatchObject({ ok: false, error: 'answered false' })
})

test.each([
  [new Response('', { status: 500 }), 'answered-false', 'answered ok: false, status 500'],
  [{ ok: false }, 'answered-false', 'answered ok: false'],
  [{ ok: false, durationMs: 1, error: 'no route', code: 'dns' }, 'dns', 'no route'],
])('an answer that says it is not ok does not work', async (answer, code, error) => {
  expect(await functionCheck('check', async () => answer).run({ signal })).toMatchObject({ ok: false, code, error })
})

test('a Response that is ok works', async () => {
  expect(await functionCheck('check', () => new Response('')).run({ signal })).toMatchObject({ ok: true })
})

test('a bad place is refused', () => {
  const make = () => functionCheck('check', () => {}, { place: 'nonsense!!' })
  expect(make).toThrow(expect.objectContaining({ code: 'invalid-place' }))
})

test.each([
  ['throws', () => thrown(new Error('no quota')), 'no quota'],
  ['rejects', async () => thrown(new Error('no quota')), 'no quota'],
  ['throws a text', () => thrown('no quota'), '"no quota"'],
  ['throws nothing', () => thrown(undefined), 'undefined'],
])('a function that %s does not work, and its message is told', async (_, work, error) => {
  expect(await functionCheck('check', work).run({ signal })).toMatchObject({ ok: false, error })
})

test('the function gets the signal, and the duration is the clock’s, for failures too', async () => {
  const clock = virtualClock()
  const given: unknown[] = []
  const options = { clock, place: 'aws/eu-north-1' }
  const work = async (context: { signal: AbortSignal }) => {
    given.push(context.signal)
    await clock.advance(120)
    throw new Error('late and wrong')
  }
  const check = functionCheck('check', work, options)
  expect(check).toMatchObject({ name: 'check', place: 'aws/eu-north-1' })
  expect(await check.run({ signal })).toEqual({ ok: false, durationMs: 120, error: 'late and wrong', code: 'threw' })
  expect(given).toEqual([signal])
})

test('a check without a name or a function is refused', () => {
  const invalid = expect.objectContaining({ code: 'invalid-option' })
  expect(() => functionCheck('', () => {})).toThrow(invalid)
  expect(() => functionCheck('check', 'work' as unknown as () => void)).toThrow(invalid)
})

function thrown(what: unknown): never {
  throw what
}
