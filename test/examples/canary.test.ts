import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const example = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', 'examples/canary/main.ts', ...args])

test('examples/canary: one region stays green, the other is seen to have gone, and no bucket is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'andon-canary-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const page = join(folder, 'canaries.html')
  const { stdout } = await example('10', page)
  expect(stdout).toContain('8 canaries in 2 regions')
  expect(stdout).toMatch(/^eu-north-1: go \(canary-green: 3 canaries green/m)
  expect(stdout).toMatch(/^us-east-1: stop \(canary-red: /m)
  expect(stdout).toMatch(/^\d+ runs, 0 buckets leaked$/m)
  const html = readFileSync(page, 'utf8')
  expect(html).toContain('Canaries of two regions')
  expect(html).toContain('fails, as it must')
})

test('examples/canary refuses a time that is none', async () => {
  await expect(example('soon')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') })
})
