import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

test('examples/shadow names the three planted differences, and none of the four kinds of noise', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'andon-shadow-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const page = join(folder, 'report.html')
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/shadow/main.ts', page])
  expect(stdout).toContain("300 customers' requests, 0 failed; 300 copied")
  const differs = [...stdout.matchAll(/differs: (\S+)/g)].map(m => m[1]).sort()
  expect(differs).toEqual(['$.note', '$.total', 'header:cache-control'])
  const noise = /noise: (.*)/.exec(stdout)?.[1]?.split(', ')
  for (const field of ['$.cache', '$.requestId', '$.servedAt']) expect(noise).toContain(field)
  expect(noise?.some(field => field.startsWith('$.alsoBought'))).toBe(true)
  expect(stdout).toContain('the gate says stop')
  expect(readFileSync(page, 'utf8')).toContain('$.total')
})
