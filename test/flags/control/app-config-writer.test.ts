import { describe, expect, test } from 'vitest'
import { appConfigWriter, changeDocument } from '../../../src/flags/control/index.ts'
import { appConfigSource, createFlagClient } from '../../../src/flags/index.ts'
import { sdkClient } from '../sources/support.ts'
import { controlPlane, NAMES, WHO } from './support.ts'

const plain = (on: boolean) => ({ search: { enabled: on } })

describe('a hosted profile, through the real SDK', () => {
  test('a version is written, deployed, and read back; the next one follows it', async () => {
    const { writer, server } = await controlPlane()
    expect(await writer.read()).toBeUndefined()
    const first = await writer.write(plain(true), { after: undefined, ...WHO })
    expect(first).toMatchObject({ version: '1', deploying: '1' })
    expect(await writer.read()).toEqual({ content: plain(true), version: '1' })
    await writer.write(plain(false), { after: '1', ...WHO })
    expect(await writer.read()).toEqual({ content: plain(false), version: '2' })
    expect(server.deployments.map(d => [d.version, d.state, d.description])).toEqual([
      [1, 'COMPLETE', 'ada: a test'],
      [2, 'COMPLETE', 'ada: a test'],
    ])
    expect(server.versions[0]!.description).toMatch(/^[0-9a-f-]{36} ada: a test$/)
  })

  test('names and ids lead to the same place, and what is not there is named with what is', async () => {
    const { client, writer } = await controlPlane()
    await writer.write(plain(true), { after: undefined, ...WHO })
    const ids = { application: 'appl001', environment: 'envi001', profile: 'prof001', strategy: 'test-at-once' }
    expect((await appConfigWriter({ ...ids, client }).read())?.version).toBe('1')
    await expect(appConfigWriter({ ...NAMES, client, environment: 'prd' }).read()).rejects.toMatchObject({
      code: 'not-found',
      message: 'no environment has the name or id "prd": there are prod',
    })
    await expect(appConfigWriter({ ...NAMES, client, strategy: 'gently' }).read()).rejects.toThrow(
      'AppConfig.Linear20PercentEvery6Minutes',
    )
  })

  test('what a client sees is what was written, after its next look', async () => {
    const { writer, server, clock } = await controlPlane()
    await writer.write(plain(true), { after: undefined, ...WHO })
    const data = sdkClient(server.endpoint)
    await using flags = createFlagClient({ source: appConfigSource({ ...NAMES, client: data, clock }), clock })
    const ready = flags.ready()
    expect((await ready).from).toBe('source')
    expect(flags.enabled('search')).toBe(true)
    await changeDocument(writer, doc => ({ ...doc, search: { enabled: false } }), WHO)
    await clock.advance(61_000)
    await flags.refresh()
    expect(flags.enabled('search')).toBe(false)
  })
})

describe('one at a time', () => {
  test('a write after a version that is not there any more is a conflict, and writes nothing', async () => {
    const { writer, server } = await controlPlane()
    await writer.write(plain(true), { after: undefined, ...WHO })
    await expect(writer.write(plain(false), { after: undefined, ...WHO })).rejects.toMatchObject({ code: 'conflict' })
    await expect(writer.write(plain(false), { after: '7', ...WHO })).rejects.toMatchObject({ code: 'conflict' })
    expect(server.versions.length).toBe(1)
  })

  test('two who write at the same time: one wins, the other hears of it, nothing is left behind', async () => {
    const { writer, client, server } = await controlPlane()
    await writer.write(plain(true), { after: undefined, ...WHO })
    const other = appConfigWriter({ ...NAMES, client, strategy: 'test-at-once' })
    const both = await Promise.allSettled([
      writer.write({ a: { enabled: true } }, { after: '1', ...WHO }),
      other.write({ b: { enabled: true } }, { after: '1', ...WHO }),
    ])
    const lost = both.filter(one => one.status === 'rejected')
    for (const one of lost) expect(['conflict', 'deployment-in-progress']).toContain(one.reason.code)
    expect(server.versions.length).toBe(1 + both.length - lost.length)
  })

  test('twenty changes by two writers at the same time are all there in the end', async () => {
    const { writer, client } = await controlPlane()
    const other = appConfigWriter({ ...NAMES, client, strategy: 'test-at-once' })
    const add = (who: typeof writer, key: string) =>
      changeDocument(who, doc => ({ ...doc, [key]: { enabled: true } }), WHO)
    for (let i = 0; i < 10; i++) await Promise.all([add(writer, `a${i}`), add(other, `b${i}`)])
    expect(Object.keys((await writer.read())!.content).length).toBe(20)
  })

  test('a deployment on its way is named, and nothing is written', async () => {
    const { writer, server } = await controlPlane({ strategy: 'AppConfig.Linear20PercentEvery6Minutes' })
    await writer.write(plain(true), { after: undefined, ...WHO })
    expect(await writer.read()).toMatchObject({ version: '1', deploying: '1' })
    await expect(writer.write(plain(false), { after: '1', ...WHO })).rejects.toMatchObject({
      code: 'deployment-in-progress',
      message: expect.stringContaining('deployment 1 (flags 1, DEPLOYING)'),
    })
    expect(server.versions.length).toBe(1)
  })

  test('an urgent change stops it, and goes on from what was there before', async () => {
    const { writer, server, clock } = await controlPlane({ strategy: 'AppConfig.Linear50PercentEvery30Seconds' })
    await writer.write({ base: { enabled: true } }, { after: undefined, ...WHO })
    await clock.advance(120_000)
    await writer.write({ base: { enabled: true }, bad: { enabled: true } }, { after: '1', ...WHO })
    await changeDocument(writer, doc => ({ ...doc, urgent: { enabled: true } }), { ...WHO, urgent: true })
    expect((await writer.read())?.content).toEqual({ base: { enabled: true }, urgent: { enabled: true } })
    expect(server.deployments.map(d => d.state)).toEqual(['COMPLETE', 'ROLLED_BACK', 'DEPLOYING'])
  })

  test('stopping brings back what was there, for clients as well; with nothing on its way there is nothing to stop', async () => {
    const { writer, server, clock } = await controlPlane({ strategy: 'AppConfig.Linear50PercentEvery30Seconds' })
    await writer.write(plain(true), { after: undefined, ...WHO })
    await clock.advance(120_000)
    expect(await writer.stop(WHO)).toBe(false)
    await writer.write(plain(false), { after: '1', ...WHO })
    expect(await writer.stop(WHO)).toBe(true)
    expect((await writer.read())?.version).toBe('1')
    expect(await writer.settled('2')).toBe('rolled-back')
    expect(await writer.settled('1')).toBe('deployed')
    await expect(writer.settled('9')).rejects.toMatchObject({ code: 'not-found' })
    expect(server.deployments.map(d => d.state)).toEqual(['COMPLETE', 'ROLLED_BACK'])
  })

  test('waiting for a deployment ends when it does, or with the time allowed', async () => {
    const { writer, clock } = await controlPlane({ strategy: 'AppConfig.Linear50PercentEvery30Seconds' })
    await writer.write(plain(true), { after: undefined, ...WHO })
    await expect(writer.settled('1', { timeoutMs: 0 })).rejects.toMatchObject({ code: 'timeout' })
    const settled = writer.settled('1')
    await clock.advance(120_000)
    expect(await settled).toBe('deployed')
  })
})

describe('what goes wrong on the way', () => {
  test.each(['lost', 'reset'] as const)('a version whose answer is %s is found again, and made once', async fault => {
    const { writer, server } = await controlPlane()
    server.fail(fault, { on: 'create-version' })
    const { version } = await writer.write(plain(true), { after: undefined, ...WHO })
    expect(server.versions.map(v => String(v.version))).toEqual([version])
    server.fail(fault, { on: 'create-version', times: 2 })
    await writer.write(plain(false), { after: version, ...WHO })
    expect(server.versions.length).toBe(2)
    expect((await writer.read())?.content).toEqual(plain(false))
  })

  test.each(['lost', 'error'] as const)(
    'a deployment whose answer is %s is found again, and started once',
    async fault => {
      const { writer, server } = await controlPlane({ strategy: 'AppConfig.AllAtOnce' })
      server.fail(fault, { on: 'start-deployment' })
      expect(await writer.write(plain(true), { after: undefined, ...WHO })).toMatchObject({
        version: '1',
        deploying: '1',
      })
      expect(server.deployments.length).toBe(1)
    },
  )

  test('a deployment that cannot be started takes its version with it', async () => {
    const { writer, server } = await controlPlane()
    server.fail('forbidden', { on: 'start-deployment' })
    await expect(writer.write(plain(true), { after: undefined, ...WHO })).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining('not authorized'),
    })
    expect(server.versions).toEqual([])
    server.fail('forbidden', { on: 'start-deployment' })
    server.fail('forbidden', { on: 'delete-version' })
    await expect(writer.write(plain(true), { after: undefined, ...WHO })).rejects.toThrow('version 2 stays behind')
    // What was never deployed is not what the next change goes on from.
    expect(await writer.read()).toBeUndefined()
    await changeDocument(writer, doc => ({ ...doc, other: { enabled: true } }), WHO)
    expect((await writer.read())?.content).toEqual({ other: { enabled: true } })
  })

  test.each([
    ['forbidden', 'denied'],
    ['unauthorized', 'denied'],
    ['not-found', 'not-found'],
    ['unavailable', 'unwritable'],
  ] as const)('a control plane that answers %s is told as %s, and asked anew the next time', async (fault, code) => {
    const { writer, server } = await controlPlane({ maxAttempts: 1 })
    server.fail(fault, { on: 'list' })
    await expect(writer.read()).rejects.toMatchObject({ code })
    expect(await writer.read()).toBeUndefined()
  })

  test.each(['list', 'create-version', 'start-deployment'] as const)(
    'a call of %s that hangs ends at its deadline or with the signal, and is asked anew',
    async on => {
      const { server, client } = await controlPlane({ maxAttempts: 1 })
      const slow = appConfigWriter({ ...NAMES, client, strategy: 'test-at-once', callTimeoutMs: 150, pollMs: 5 })
      server.fail('hang', { on })
      await expect(slow.write(plain(true), { after: undefined, ...WHO })).rejects.toMatchObject({
        code: expect.stringMatching(/timeout|unwritable/),
      })
      const there = (await slow.read())?.version
      await slow.write(plain(false), { after: there, ...WHO })
      expect((await slow.read())?.content).toEqual(plain(false))
      const after = (await slow.read())!.version
      const patient = appConfigWriter({ ...NAMES, client, strategy: 'test-at-once' })
      server.fail('hang', { on })
      const stop = new AbortController()
      setTimeout(() => stop.abort(new Error('enough')), 50)
      await expect(patient.write(plain(true), { after, ...WHO, signal: stop.signal })).rejects.toThrow()
    },
  )

  test('an urgent write that fails brings back what it stopped', async () => {
    const { writer, server, clock } = await controlPlane({ strategy: 'AppConfig.AllAtOnce', maxAttempts: 1 })
    await writer.write(plain(false), { after: undefined, ...WHO })
    await clock.advance(3_600_000)
    await writer.write(plain(true), { after: '1', ...WHO })
    server.fail('error', { on: 'create-version' })
    const change = () => changeDocument(writer, doc => ({ ...doc, extra: { enabled: true } }), { ...WHO, urgent: true })
    await expect(change()).rejects.toThrow()
    expect((await writer.read())?.content).toEqual(plain(true))
    server.fail('forbidden', { on: 'start-deployment' })
    await expect(change()).rejects.toThrow()
    expect((await writer.read())?.content).toEqual(plain(true))
    await change()
    expect((await writer.read())?.content).toEqual({ ...plain(false), extra: { enabled: true } })
  })

  test('words that no header can hold do not keep anybody from writing', async () => {
    const { writer, server } = await controlPlane()
    const reason = `Störung\r\nX-Evil: 1 ${'x'.repeat(3000)}`
    await writer.write(plain(true), { after: undefined, by: 'Zoë', reason })
    expect(server.versions[0]!.description).toContain('Zo?: St?rung??X-Evil')
    expect(server.deployments[0]!.description.slice(0, 12)).toBe('Zoë: Störung')
    expect(server.deployments[0]!.description.length).toBe(1024)
  })

  test('a document that is there and is no JSON object is not written over', async () => {
    const { writer, server, client } = await controlPlane()
    const { CreateHostedConfigurationVersionCommand, StartDeploymentCommand } = await import(
      '@aws-sdk/client-appconfig'
    )
    const at = { ApplicationId: 'appl001', ConfigurationProfileId: 'prof001' }
    await client.send(
      new CreateHostedConfigurationVersionCommand({
        ...at,
        Content: new TextEncoder().encode('a: 1'),
        ContentType: 'application/yaml',
      }),
    )
    await client.send(
      new StartDeploymentCommand({
        ...at,
        EnvironmentId: 'envi001',
        ConfigurationVersion: '1',
        DeploymentStrategyId: 'test-at-once',
      }),
    )
    await expect(changeDocument(writer, doc => doc, WHO)).rejects.toMatchObject({ code: 'unreadable' })
    expect(server.versions.length).toBe(1)
  })

  test.each([
    [{ application: '' }, 'appConfigWriter application: expected a non-empty string, got ""'],
    [{ profile: 7 }, 'appConfigWriter profile: expected a non-empty string, got 7'],
    [{ pollMs: 0 }, 'appConfigWriter pollMs: expected a number, 1 or more, got 0'],
  ])('%j is refused when it is given', (bad, message) => {
    expect(() => appConfigWriter({ ...NAMES, ...(bad as object) })).toThrow(message)
  })
})
