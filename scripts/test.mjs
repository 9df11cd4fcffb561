// Runs the tests and ends with one plain line that anything can read: "N passed, N failed".
// `--nightly` adds the long ones (kill storms, long simulations).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const args = process.argv.slice(2)
const nightly = args.includes('--nightly')
const folder = mkdtempSync(join(tmpdir(), 'andon-test-'))
const summary = join(folder, 'summary.json')
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${summary}`,
    ...args.filter(a => a !== '--nightly'),
  ],
  { stdio: 'inherit', env: { ...process.env, ...(nightly ? { ANDON_NIGHTLY: '1' } : {}) } },
)
let passed = 0
let failed = 1
let skipped = 0
try {
  const result = JSON.parse(readFileSync(summary, 'utf8'))
  passed = result.numPassedTests
  skipped = result.numPendingTests + result.numTodoTests
  // A file that does not even load has no failed test of its own, and counts all the same.
  failed = Math.max(result.numFailedTests, result.numFailedTestSuites > 0 ? 1 : 0, run.status === 0 ? 0 : 1)
} catch (error) {
  console.error(`andon: no test summary was written (${error.message})`)
}
rmSync(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
