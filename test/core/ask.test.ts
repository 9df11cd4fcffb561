import { describe, expect, test } from 'vitest'
import { ask, askedOf } from '../../src/core/ask.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { answer, context, gateOf, revokedProxy, says } from './support.ts'

const codeOf = async (check: Parameters<typeof gateOf>[0]) => {
  const verdict = await ask(gateOf(check), context())
  return [verdict.decision, verdict.reasons[0]?.code]
}

test('passes a well-formed answer on, in the name of the gate', async () => {
  const verdict = await ask(says('stop', { source: 'somebody else' }), context())
  expect(verdict).toMatchObject({ decision: 'stop', source: 'says-stop', reasons: answer('stop').reasons })
})

describe('what is no verdict is wait', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'go'],
    ['a number', 1],
    ['true', true],
    ['a verdict without reasons', { decision: 'go', subject: {}, source: 's', at: 0 }],
  ])('%s: malformed', async (_, value) => {
    expect(await codeOf(async () => value)).toEqual(['wait', 'malformed'])
    expect(await codeOf(() => value)).toEqual(['wait', 'malformed'])
  })

  test('a gate that throws synchronously: error, with its message', async () => {
    const broken = gateOf(() => {
      throw new Error('no route')
    }, 'probe')
    expect((await ask(broken, context())).reasons).toEqual([{ code: 'error', message: 'probe: no route' }])
  })

  test('a gate that rejects: error', async () => {
    expect(await codeOf(() => Promise.reject(new Error('no route')))).toEqual(['wait', 'error'])
    expect(await codeOf(() => Promise.reject('a bare string'))).toEqual(['wait', 'error'])
    expect(await codeOf(() => Promise.reject(undefined))).toEqual(['wait', 'error'])
  })

  test('a gate without check: error', async () => {
    const verdict = await ask({ name: 'empty' } as never, context())
    expect([verdict.decision, verdict.reasons[0]?.code]).toEqual(['wait', 'error'])
  })

  test('a gate that throws what cannot even be printed: error', async () => {
    expect(await codeOf(() => Promise.reject(revokedProxy()))).toEqual(['wait', 'error'])
  })
})

test('askedOf takes place and version from the context, and no place when there is none', () => {
  const { place: _, ...noPlace } = context()
  expect(askedOf('g', context(), virtualClock(7))).toEqual({
    source: 'g',
    subject: { place: 'aws/us-east-1', version: '2.0.0' },
    at: 7,
  })
  expect(askedOf('g', noPlace, virtualClock(7)).subject).toEqual({ version: '2.0.0' })
})
