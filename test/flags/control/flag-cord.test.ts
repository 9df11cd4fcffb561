import { describe, expect, test } from 'vitest'
import { type CordLevel, virtualClock } from '../../../src/core/index.ts'
import { appConfigWriter, flagCord, flagCordReader } from '../../../src/flags/control/index.ts'
import { appConfigSource, createFlagClient, staticSource } from '../../../src/flags/index.ts'
import { sdkClient } from '../sources/support.ts'
import { handSource } from '../support/hand-source.ts'
import { controlPlane, memoryWriter, NAMES, WHO } from './support.ts'

describe('a cord read from a flag', () => {
  const levelOf = async (value: object) => {
    const flags = createFlagClient({ source: staticSource({ 'andon-cord': value }) })
    return (await flagCordReader(flags).read()).level
  }
  test.each<[object, CordLevel]>([
    [{ enabled: false }, 'released'],
    [{ enabled: false, level: 'freeze' }, 'released'],
    [{ enabled: true }, 'freeze'],
    [{ enabled: true, level: 'hold' }, 'hold'],
    [{ enabled: true, level: 'freeze' }, 'freeze'],
    [{ enabled: true, level: 'released' }, 'freeze'],
    [{ enabled: true, level: 7 }, 'freeze'],
  ])('%j is %s', async (value, level) => {
    expect(await levelOf(value)).toBe(level)
  })

  const unreadable = { code: 'cord-unreadable' }
  test('without a document, without the flag, with one that is broken or has rules, it cannot be read', async () => {
    const source = handSource()
    const flags = createFlagClient({ source, flags: { 'andon-cord': { enabled: false } } })
    const cord = flagCordReader(flags)
    await expect(cord.read()).rejects.toMatchObject(unreadable)
    source.give({ other: { enabled: true } }, '1')
    await expect(cord.read()).rejects.toMatchObject(unreadable)
    source.give({ 'andon-cord': { enabled: 'no' } }, '2')
    await expect(cord.read()).rejects.toMatchObject(unreadable)
    const variants = [
      { name: 'eu', enabled: true, rule: '(eq $r "eu")' },
      { name: 'default', enabled: false },
    ]
    const values = { 'andon-cord': { _variants: variants } }
    source.give({ version: '1', flags: { 'andon-cord': { name: 'x' } }, values }, '3')
    await expect(cord.read()).rejects.toMatchObject(unreadable)
    source.give({ 'andon-cord': { enabled: false } }, '4')
    expect((await cord.read()).level).toBe('released')
  })

  test('with flags that are stale it cannot be read', async () => {
    const clock = virtualClock(1_700_000_000_000)
    const source = handSource()
    const flags = createFlagClient({ source, clock, staleAfterMs: 60_000 })
    source.give({ 'andon-cord': { enabled: false } }, '1')
    await clock.advance(60_001)
    await expect(flagCordReader(flags).read()).rejects.toMatchObject(unreadable)
    source.unchanged()
    expect((await flagCordReader(flags).read()).level).toBe('released')
  })
})

describe('a cord that is a flag', () => {
  test('pulls tighten, only a release loosens, and both carry who and why', async () => {
    const writer = memoryWriter()
    const cord = flagCord({ writer })
    await expect(cord.read()).rejects.toMatchObject({ code: 'cord-unreadable' })
    expect(await cord.pull('hold', 'ada', 'smoke')).toMatchObject({ level: 'hold', by: 'ada', reason: 'smoke' })
    expect((await cord.pull('freeze', 'bo', 'fire')).level).toBe('freeze')
    expect(await cord.pull('hold', 'cy', 'only smoke')).toMatchObject({ level: 'freeze', by: 'bo' })
    expect(await flagCord({ writer }).read()).toMatchObject({ level: 'freeze', by: 'bo', reason: 'fire' })
    await cord.release('ada', 'out')
    expect(await cord.read()).toMatchObject({ level: 'released', by: 'ada', reason: 'out' })
  })

  test('leaves the other flags of a document alone, in either form', async () => {
    const flattened = memoryWriter({ other: { enabled: true } })
    await flagCord({ writer: flattened }).pull('hold', 'ada', 'smoke')
    expect((await flattened.read())!.content).toMatchObject({
      other: { enabled: true },
      'andon-cord': { enabled: true, level: 'hold', by: 'ada', reason: 'smoke' },
    })
    const doc = { version: '1', flags: { other: { name: 'Other' } }, values: { other: { enabled: true } } }
    const authored = memoryWriter(doc)
    await flagCord({ writer: authored }).pull('freeze', 'ada', 'fire')
    const after = (await authored.read())!.content as typeof doc
    expect([after.values.other, after.flags.other]).toEqual([{ enabled: true }, { name: 'Other' }])
    const flags = createFlagClient({ source: staticSource(after) })
    expect(await flagCordReader(flags).read()).toMatchObject({ level: 'freeze', by: 'ada', reason: 'fire' })
  })

  test('one pull is seen by every process that reads the flag, and by the one that pulled at once', async () => {
    const { server, client, clock } = await controlPlane()
    const writer = appConfigWriter({ ...NAMES, client, strategy: 'test-at-once' })
    await flagCord({ writer }).release('ada', 'the beginning')
    const readers = [1, 2].map(() => {
      const source = appConfigSource({ ...NAMES, client: sdkClient(server.endpoint), clock })
      return createFlagClient({ source, clock })
    })
    await Promise.all(readers.map(r => r.ready()))
    const cords = readers.map(flags => flagCord({ writer, flags, clock }))
    expect((await Promise.all(cords.map(c => c.read()))).map(s => s.level)).toEqual(['released', 'released'])
    await cords[0]!.pull('hold', 'ada', 'smoke')
    expect((await cords[0]!.read()).level).toBe('hold')
    await clock.advance(61_000)
    await Promise.all(readers.map(r => r.refresh()))
    expect((await Promise.all(cords.map(c => c.read()))).map(s => s.level)).toEqual(['hold', 'hold'])
    await cords[1]!.release('bo', 'no smoke')
    await clock.advance(121_000)
    await Promise.all(readers.map(r => r.refresh()))
    expect((await Promise.all(cords.map(c => c.read()))).map(s => s.level)).toEqual(['released', 'released'])
    await Promise.all(readers.map(r => r.close()))
  })

  test('a pull stops the deployment that is in its way', async () => {
    const { writer, server } = await controlPlane({ strategy: 'AppConfig.Linear20PercentEvery6Minutes' })
    await writer.write({ risky: { enabled: true } }, { after: undefined, ...WHO })
    const cord = flagCord({ writer })
    await cord.pull('freeze', 'ada', 'fire')
    expect(server.deployments.map(d => d.state)).toEqual(['ROLLED_BACK', 'DEPLOYING'])
    expect((await cord.read()).level).toBe('freeze')
  })

  test('a pull that is being deployed is tightened, never loosened, and the same pull again stops nothing', async () => {
    const { writer, server, clock } = await controlPlane({ strategy: 'AppConfig.AllAtOnce', maxAttempts: 1 })
    const cord = flagCord({ writer, settleMs: 0 })
    await cord.release('ada', 'the beginning')
    await clock.advance(3_600_000)
    await cord.pull('hold', 'ada', 'smoke')
    expect(await cord.pull('hold', 'bo', 'smoke as well')).toMatchObject({ level: 'hold', by: 'ada' })
    expect(server.deployments.length).toBe(2)
    server.fail('error', { on: 'create-version' })
    await expect(cord.pull('freeze', 'bo', 'fire')).rejects.toThrow()
    expect((await flagCord({ writer }).read()).level).toBe('hold')
    await cord.pull('freeze', 'bo', 'fire')
    expect((await flagCord({ writer }).read()).level).toBe('freeze')
  })

  test('can be pulled though something else in the document is wrong, or its version is', async () => {
    for (const document of [
      { other: { enabled: 'yes' } },
      { version: 1, flags: { other: { name: 'o' } }, values: { other: { enabled: true } } },
    ]) {
      const writer = memoryWriter(document)
      await flagCord({ writer }).pull('freeze', 'ada', 'fire')
      const flags = createFlagClient({ source: staticSource((await writer.read())!.content) })
      expect((await flagCordReader(flags).read()).level).toBe('freeze')
    }
  })

  test('one who may not write is held all the same by what they pulled', async () => {
    const writer = {
      ...memoryWriter({ 'andon-cord': { enabled: false } }),
      write: () => Promise.reject(new Error('denied')),
    }
    const cord = flagCord({ writer })
    await expect(cord.pull('freeze', 'ada', 'fire')).rejects.toThrow('denied')
    expect((await cord.read()).level).toBe('freeze')
  })

  test('twenty who pull and release at the same time leave a cord that everybody reads alike', async () => {
    const { writer, client } = await controlPlane()
    const cords = Array.from({ length: 4 }, () =>
      flagCord({ writer: appConfigWriter({ ...NAMES, client, strategy: 'test-at-once', pollMs: 5 }), settleMs: 0 }),
    )
    await flagCord({ writer }).release('ada', 'the beginning')
    const done = await Promise.allSettled(cords.map((cord, i) => cord.pull(i % 2 ? 'hold' : 'freeze', `p${i}`, 'fire')))
    const pulledTo = done.flatMap(d => (d.status === 'fulfilled' ? [d.value.level] : []))
    expect(pulledTo.length).toBeGreaterThan(0)
    const levels = new Set((await Promise.all(cords.map(c => c.read()))).map(s => s.level))
    expect(levels.size).toBe(1)
    if (pulledTo.includes('freeze')) expect([...levels]).toEqual(['freeze'])
  })

  test.each([
    [() => flagCord({ writer: {} as never }), 'flagCord writer'],
    [() => flagCord({ writer: memoryWriter(), flag: '' }), 'flagCord flag'],
    [() => flagCordReader({} as never), 'flagCordReader flags'],
  ])('bad options are refused %#', (make, message) => {
    expect(make).toThrow(message)
  })

  test('bad words are refused, and nothing is written', async () => {
    const writer = memoryWriter({ 'andon-cord': { enabled: false } })
    const cord = flagCord({ writer })
    await expect(cord.pull('halt' as never, 'ada', 'x')).rejects.toMatchObject({ code: 'invalid-option' })
    await expect(cord.pull('hold', '', 'x')).rejects.toMatchObject({ code: 'invalid-option' })
    await expect(cord.release('ada', ' ')).rejects.toMatchObject({ code: 'invalid-option' })
    expect(writer.writes).toBe(0)
  })
})
