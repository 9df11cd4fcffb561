import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/core/index.ts'
import { createFlagClient, deploymentEventHandler } from '../../src/flags/index.ts'
import { handSource } from './support/hand-source.ts'

const EVENT = {
  version: '0',
  id: '1d2c7f3a-0000-4000-8000-000000000000',
  'detail-type': 'On Deployment Complete',
  source: 'aws.appconfig',
  region: 'eu-north-1',
  detail: {
    Application: { Id: 'abc1234', Name: 'shop' },
    Environment: { Id: 'def5678', Name: 'prod' },
    ConfigurationProfile: { Id: 'ghi9012', Name: 'flags' },
    DeploymentNumber: 7,
  },
}
const make = (filter = {}) => {
  const source = handSource()
  const flags = createFlagClient({ source })
  return { source, handle: deploymentEventHandler(flags, filter) }
}

describe('deployment events of EventBridge', () => {
  test.each(['Start', 'Step', 'Baking', 'Complete', 'Rollback'])(
    'On Deployment %s makes the client look',
    async kind => {
      const { source, handle } = make()
      expect(await handle({ ...EVENT, 'detail-type': `On Deployment ${kind}` })).toBe(true)
      expect(source.looks).toBe(1)
    },
  )

  test.each<[object, boolean]>([
    [{ application: 'shop', environment: 'prod', profile: 'flags' }, true],
    [{ application: 'abc1234', profile: ['other', 'ghi9012'] }, true],
    [{ application: 'bakery' }, false],
    [{ profile: ['audiences'] }, false],
  ])('with the filter %j it looks: %s', async (filter, looks) => {
    expect(await make(filter).handle(EVENT)).toBe(looks)
  })

  test('an event that does not say what it is about may be about this client', async () => {
    expect(await make({ application: 'shop' }).handle({ ...EVENT, detail: {} })).toBe(true)
  })

  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no')
      },
    },
  )
  test.each([
    undefined,
    null,
    7,
    'x',
    {},
    [],
    { source: 'aws.s3' },
    { ...EVENT, 'detail-type': 'AWS API Call via CloudTrail' },
    { ...EVENT, 'detail-type': 7 },
    trap,
  ])('what is no such event is passed over %#', async event => {
    const { source, handle } = make()
    expect(await handle(event)).toBe(false)
    expect(source.looks).toBe(0)
  })

  test('twenty events in a moment make two looks', async () => {
    const clock = virtualClock(0)
    const { source, handle } = make({ clock })
    const all = Array.from({ length: 20 }, () => handle(EVENT))
    const late = (async () => {
      await all[0]
      return Promise.all(Array.from({ length: 20 }, () => handle(EVENT)))
    })()
    await clock.advance(1000)
    expect((await Promise.all([...all, late])).flat().every(Boolean)).toBe(true)
    expect(source.looks).toBe(2)
  })

  test('needs something to refresh', () => {
    expect(() => deploymentEventHandler({} as never)).toThrow('deploymentEventHandler client')
  })
})
