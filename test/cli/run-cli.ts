import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'

/** Runs the command line in `cwd`, and tells how it ended and what it printed. */
export async function cli(cwd: string, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await runCli(argv, { cwd, stdout: text => void (out += text), stderr: text => void (err += text) })
  return { code, out, err }
}

/** A folder inside the tests, so that modules in it reach the sources by `../../src`; gone when the test is over. */
export async function folderInTests(): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, '..', '.tmp-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
