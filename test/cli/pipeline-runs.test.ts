import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqliteJournal } from '../../src/parts/journal/index.ts'
import { runPipeline } from '../../src/pipeline/index.ts'
import { tempFolder } from '../parts/temp-folder.ts'
import { cli } from './run-cli.ts'
import { tiny, tinyFleet } from './tiny-release.ts'

/** A folder with a journal in which a release has gone out. */
async function released(...runs: string[]): Promise<string> {
  const folder = await tempFolder()
  await using journal = sqliteJournal(join(folder, 'journal.db'))
  for (const run of runs) {
    const { outcome } = await runPipeline(tiny, { run, version: '2.0', deployer: tinyFleet(), journal })
    expect(outcome).toBe('released')
  }
  return folder
}

test('the runs of a journal are listed, each with its entries and its last moment, the last one first', async () => {
  const folder = await released('first', 'second')
  const { code, out, err } = await cli(folder, 'pipeline', 'runs', 'journal.db')
  expect([code, err]).toEqual([0, ''])
  const line = (run: string) => `${run}  \\d+ entries, last \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\n`
  expect(out).toMatch(new RegExp(`^${line('second')}${line('first')}$`))
})

test('a run’s report is written where it is wanted, for the owner alone, and tells of that run', async () => {
  const folder = await released('first', 'second')
  const { code, out, err } = await cli(folder, 'pipeline', 'report', 'journal.db', 'first', '--out', 'first.html')
  expect([code, out, err]).toEqual([0, 'first.html\n', ''])
  const page = await readFile(join(folder, 'first.html'), 'utf8')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('<title>tiny 1.0 → 2.0</title>')
  expect(page).toContain('<span class="badge good">released</span>')
  expect(page).toContain('Run first, started ')
  expect((await stat(join(folder, 'first.html'))).mode & 0o777).toBe(0o600)
})

test('a run that the journal does not know has no report, and no file is written', async () => {
  const folder = await released('first')
  const { code, out, err } = await cli(folder, 'pipeline', 'report', 'journal.db', 'third', '--out', 'third.html')
  expect([code, out]).toEqual([1, ''])
  expect(err).toBe('andon: run: expected one that the journal knows, got "third" (unknown-run)\n')
  expect(await readdir(folder)).not.toContain('third.html')
})

test.each([
  ['runs', 'no.db'],
  ['report', 'no.db', 'first', '--out', 'x.html'],
])('a journal that is not there is told by `pipeline %s`, and not made', async (...argv) => {
  const folder = await tempFolder()
  const { code, out, err } = await cli(folder, 'pipeline', ...argv)
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain(`${join(folder, 'no.db')}: there is no such file`)
  expect(await readdir(folder)).toEqual([])
})

test('a report that cannot be written is told', async () => {
  const folder = await released('first')
  const { code, err } = await cli(folder, 'pipeline', 'report', 'journal.db', 'first', '--out', 'missing/first.html')
  expect(code).toBe(1)
  expect(err).toContain(join(folder, 'missing/first.html'))
})
