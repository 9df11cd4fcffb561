import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateFlagTypes } from '../../src/flags/index.ts'
import { authored, flagsCli } from './flags-files.ts'

const files = { 'flags.json': authored }

test('the types of a document are printed', async () => {
  const { code, out, err } = await flagsCli(files, 'typegen', 'flags.json')
  expect([code, err]).toEqual([0, ''])
  expect(out).toBe(generateFlagTypes(authored))
  expect(out).toContain('"checkout": {')
})

test('--out writes them to a file and tells which', async () => {
  const { code, out, folder } = await flagsCli(files, 'typegen', 'flags.json', '--out', 'flags.ts')
  expect([code, out]).toEqual([0, 'flags.ts\n'])
  expect(await readFile(join(folder, 'flags.ts'), 'utf8')).toBe(generateFlagTypes(authored))
})

test.each<[string, string | object, RegExp]>([
  ['is no JSON', '{"a":1,}', /flags\.json:1:8: JSON allows no comma before }/],
  [
    'has a flag that cannot be understood',
    { a: { enabled: true }, b: { enabled: 'x' } },
    /flag b: .*expected true or false/,
  ],
])('a document that %s makes none, and no file', async (_what, document, message) => {
  const { code, out, err, folder } = await flagsCli(
    { 'flags.json': document },
    'typegen',
    'flags.json',
    '--out',
    'flags.ts',
  )
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(message)
  expect(await readdir(folder)).toEqual(['flags.json'])
})
