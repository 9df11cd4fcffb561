import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { changeDocument, fileWriter } from '../../../src/flags/control/index.ts'
import { createFlagClient, fileSource } from '../../../src/flags/index.ts'
import { folder, WHO } from './support.ts'

describe('writing the file of a fileSource', () => {
  test('what is written is what a client sees, under the same version, and every write leaves its audit', async () => {
    const path = join(folder(), 'flags.json')
    const writer = fileWriter(path)
    expect(await writer.read()).toBeUndefined()
    const { version } = await changeDocument(writer, () => ({ search: { enabled: true } }), WHO)
    await using flags = createFlagClient({ source: fileSource(path) })
    expect(await flags.ready()).toEqual({ from: 'source', version })
    const seen = new Promise(done => flags.onChange('search', (_, v) => done(v)))
    const next = await changeDocument(writer, () => ({ search: { enabled: false } }), { by: 'bo', reason: 'it smokes' })
    await flags.refresh()
    expect(await seen).toBe(next.version)
    const audit = readFileSync(`${path}.audit`, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(audit).toMatchObject([
      { by: 'ada', before: null, version },
      { by: 'bo', reason: 'it smokes', before: version, version: next.version },
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(path, '..')).filter(f => f.endsWith('.tmp'))).toEqual([])
  })

  test('a version that is not there any more is a conflict, and the file stays as it is', async () => {
    const path = join(folder(), 'flags.json')
    writeFileSync(path, '{"a":{"enabled":true}}')
    const writer = fileWriter(path)
    await expect(writer.write({}, { after: undefined, ...WHO })).rejects.toMatchObject({ code: 'conflict' })
    await expect(writer.write({}, { after: 'sha256:0', ...WHO })).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(path, 'utf8')).toBe('{"a":{"enabled":true}}')
    expect(existsSync(`${path}.audit`)).toBe(false)
  })

  test('a link stays one, and the file that it leads to keeps its rights', async () => {
    const home = folder()
    mkdirSync(join(home, 'real'))
    writeFileSync(join(home, 'real', 'flags.json'), '{}', { mode: 0o640 })
    chmodSync(join(home, 'real', 'flags.json'), 0o640)
    symlinkSync('real/flags.json', join(home, 'flags.json'))
    await changeDocument(fileWriter(join(home, 'flags.json')), () => ({ a: { enabled: true } }), WHO)
    expect(readlinkSync(join(home, 'flags.json'))).toBe('real/flags.json')
    expect(JSON.parse(readFileSync(join(home, 'real', 'flags.json'), 'utf8'))).toEqual({ a: { enabled: true } })
    expect(statSync(join(home, 'real', 'flags.json')).mode & 0o777).toBe(0o640)
  })

  test.each([
    ['no JSON', '{"a":', 'unreadable'],
    ['no object', '[]', 'unreadable'],
  ])('a file that is %s is not written over', async (_, text, code) => {
    const path = join(folder(), 'flags.json')
    writeFileSync(path, text)
    await expect(changeDocument(fileWriter(path), () => ({}), WHO)).rejects.toMatchObject({ code })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('a folder that is not there, or a full or foreign disk, is told and leaves nothing', async () => {
    const path = join(folder(), 'gone', 'flags.json')
    await expect(changeDocument(fileWriter(path), () => ({ a: { enabled: true } }), WHO)).rejects.toMatchObject({
      code: 'unwritable',
    })
    // No file can be made in /proc, whoever asks.
    await expect(fileWriter('/proc/andon.json').write({}, { after: undefined, ...WHO })).rejects.toMatchObject({
      code: 'unwritable',
    })
  })

  test('two names of one file are one file: nothing is lost', async () => {
    const home = folder()
    const [real, link] = [join(home, 'real.json'), join(home, 'link.json')]
    writeFileSync(real, '{}')
    symlinkSync('real.json', link)
    const add = (path: string, key: string) =>
      changeDocument(fileWriter(path), doc => ({ ...doc, [key]: { enabled: true } }), WHO)
    for (let i = 0; i < 15; i++) await Promise.all([add(real, `r${i}`), add(link, `l${i}`)])
    expect(Object.keys(JSON.parse(readFileSync(real, 'utf8'))).length).toBe(30)
  })

  test('a file with a byte order mark can be written as it can be read', async () => {
    const path = join(folder(), 'flags.json')
    writeFileSync(path, '\uFEFF{"a":{"enabled":true}}')
    await changeDocument(fileWriter(path), doc => ({ ...doc, b: { enabled: true } }), WHO)
    expect(Object.keys((await fileWriter(path).read())!.content)).toEqual(['a', 'b'])
  })

  test('two processes that change one file lose nothing, and one that is killed leaves no lock', async () => {
    const path = join(folder(), 'flags.json')
    const adder = new URL('./adder.ts', import.meta.url)
    const add = (name: string, count: number) => fork(adder, [path, name, String(count)], { stdio: 'inherit' })
    const killed = add('killed', 100_000)
    await once(killed, 'message')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const both = [add('a', 15), add('b', 15)]
    const codes = await Promise.all(both.map(child => once(child, 'exit')))
    expect(codes.map(([code]) => code)).toEqual([0, 0])
    const keys = Object.keys((await fileWriter(path).read())!.content)
    expect(keys.filter(key => /^[ab]\d+$/.test(key)).length).toBe(30)
  })
})
