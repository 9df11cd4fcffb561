import { ErrorCode, OpenFeature, ProviderEvents } from '@openfeature/server-sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { minutes, type VirtualClock, virtualClock } from '../../../src/core/index.ts'
import { createFlagClient, defineFlags } from '../../../src/flags/index.ts'
import { createOpenFeatureProvider } from '../../../src/flags/openfeature/index.ts'
import { handSource } from '../support/hand-source.ts'

// The real SDK; the cases are those of the specification's evaluation chapter, restated for our documents.
const on = (name: string, rule: string, attributeValues: object = {}) => ({
  name,
  enabled: true,
  rule,
  attributeValues,
})
const off = { name: 'off', enabled: false }
const document = {
  version: '1',
  flags: {
    plain: { name: 'a' },
    dark: { name: 'a' },
    text: { name: 'a' },
    number: { name: 'a' },
    object: { name: 'a' },
    rule: { name: 'a' },
    split: { name: 'a' },
    key: { name: 'a' },
    broken: { name: 'a' },
  },
  values: {
    plain: { enabled: true },
    dark: { enabled: false, value: 'x' },
    text: { enabled: true, value: 'hi' },
    number: { enabled: true, value: 10 },
    object: { enabled: true, showImages: true, title: 'Check out', imagesPerPage: 100 },
    rule: {
      _variants: [
        on('internal', '(ends_with $email "@example.com")', { value: 'INTERNAL' }),
        { ...off, enabled: true, attributeValues: { value: 'EXTERNAL' } },
      ],
    },
    split: { _variants: [on('half', '(split by::$targetingKey pct::100)'), off] },
    key: { _variants: [on('me', '(eq $targetingKey "me")'), off] },
    broken: { _variants: [on('x', '(oops)'), off] },
  },
}

let clock: VirtualClock
let source: ReturnType<typeof handSource>
const setUp = async (given: object | undefined = document) => {
  clock = virtualClock(1_000_000)
  source = handSource()
  const client = createFlagClient({
    source,
    clock,
    staleAfterMs: minutes(5),
    flags: defineFlags({ declared: { enabled: true } }),
  })
  if (given) source.give(given, 'v1')
  const provider = createOpenFeatureProvider(client as never)
  const setting = OpenFeature.setProviderAndWait('test', provider)
  if (!given) await clock.advance(3000)
  await setting
  return OpenFeature.getClient('test')
}
beforeEach(() => OpenFeature.clearHooks())
afterEach(() => OpenFeature.close())

describe('details', () => {
  test.each([
    ['plain', false, {}, { value: true, reason: 'STATIC', variant: 'on' }],
    ['dark', true, {}, { value: false, reason: 'STATIC', variant: 'off' }],
    ['rule', false, { email: 'a@example.com' }, { value: true, reason: 'TARGETING_MATCH', variant: 'internal' }],
    ['rule', false, {}, { value: true, reason: 'DEFAULT', variant: 'off' }],
    ['split', false, { targetingKey: 'x' }, { value: true, reason: 'SPLIT', variant: 'half' }],
    ['key', false, { targetingKey: 'me' }, { value: true, reason: 'TARGETING_MATCH', variant: 'me' }],
    ['declared', false, {}, { value: true, reason: 'DEFAULT' }],
    ['missing', true, {}, { value: true, reason: 'ERROR', errorCode: ErrorCode.FLAG_NOT_FOUND }],
    ['broken', true, {}, { value: true, reason: 'ERROR', errorCode: ErrorCode.PARSE_ERROR }],
  ])('boolean %s, default %s, context %j', async (key, otherwise, context, expected) => {
    expect(await (await setUp()).getBooleanDetails(key, otherwise, context)).toMatchObject({
      flagKey: key,
      ...expected,
    })
  })

  test.each([
    ['text', 'x', { value: 'hi', reason: 'STATIC' }],
    ['dark', 'otherwise', { value: 'otherwise', reason: 'DISABLED' }],
    ['number', 'x', { value: 'x', reason: 'ERROR', errorCode: ErrorCode.TYPE_MISMATCH }],
    ['plain', 'x', { value: 'x', errorCode: ErrorCode.TYPE_MISMATCH }],
    ['missing', 'x', { value: 'x', errorCode: ErrorCode.FLAG_NOT_FOUND }],
  ])('text %s', async (key, otherwise, expected) => {
    expect(await (await setUp()).getStringDetails(key, otherwise)).toMatchObject(expected)
  })

  test('number and object', async () => {
    const client = await setUp()
    expect(await client.getNumberDetails('number', 1)).toMatchObject({ value: 10 })
    expect(await client.getNumberDetails('text', 1)).toMatchObject({ value: 1, errorCode: ErrorCode.TYPE_MISMATCH })
    expect(await client.getObjectValue('object', {})).toEqual({
      showImages: true,
      title: 'Check out',
      imagesPerPage: 100,
    })
  })

  test('metadata tells what OpenFeature has no field for', async () => {
    const { flagMetadata } = await (await setUp()).getBooleanDetails('rule', false, { email: 'a@example.com' })
    expect(flagMetadata).toMatchObject({
      reason: 'rule',
      rule: '(ends_with $email "@example.com")',
      version: 'v1',
      stale: false,
    })
  })

  test('contexts of the API, the client and the call are merged, the last one first', async () => {
    const client = await setUp()
    OpenFeature.setContext({ email: 'a@elsewhere' })
    client.setContext({ email: 'b@elsewhere' })
    expect(await client.getStringValue('rule', 'x')).toBe('EXTERNAL')
    expect(await client.getStringValue('rule', 'x', { email: 'c@example.com' })).toBe('INTERNAL')
    OpenFeature.setContext({})
  })

  test('before there are any flags, the caller’s default with PROVIDER_NOT_READY', async () => {
    source = handSource()
    const provider = createOpenFeatureProvider(createFlagClient({ source, clock: virtualClock() }) as never)
    expect(await provider.resolveBooleanEvaluation('f', true, {}, console)).toMatchObject({
      value: true,
      errorCode: ErrorCode.PROVIDER_NOT_READY,
    })
  })

  test('hooks of the SDK run around it', async () => {
    const client = await setUp()
    const heard: string[] = []
    client.addHooks({
      before: () => void heard.push('before'),
      after: (_c, d) => void heard.push(`after ${d.value}`),
      finally: () => void heard.push('finally'),
    })
    await client.getBooleanValue('plain', false)
    expect(heard).toEqual(['before', 'after true', 'finally'])
  })
})

test('events: changes by key, stale, and ready again when it is fresh; that it is ready at first, the SDK says by itself', async () => {
  const heard: string[] = []
  clock = virtualClock(1_000_000)
  source = handSource()
  const provider = createOpenFeatureProvider(createFlagClient({ source, clock, staleAfterMs: minutes(5) }) as never)
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale] as const)
    provider.events!.addHandler(event, () => void heard.push(event))
  provider.events!.addHandler(ProviderEvents.ConfigurationChanged, d => void heard.push(`changed ${d?.flagsChanged}`))
  source.give({ plain: { enabled: true } }, 'v1')
  await OpenFeature.setProviderAndWait('test', provider)
  expect(heard).toEqual(['changed plain'])
  const api: string[] = []
  OpenFeature.getClient('test').addHandler(ProviderEvents.Ready, () => void api.push('ready'))
  source.give({ plain: { enabled: false } }, 'v2')
  await clock.advance(minutes(6))
  source.unchanged()
  expect(heard.slice(1)).toEqual(['changed plain', ProviderEvents.Stale, ProviderEvents.Ready])
  expect(api).toEqual(['ready', 'ready'])
})
