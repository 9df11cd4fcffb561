import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'
import { runMutant } from './run-mutant.ts'

/** Found out soonest. */
const SAMPLE = [
  'without-host',
  'without-cord',
  'limits-first',
  'grant-stale-gone',
  'grant-token-stays',
  'grant-checked-no-more',
  'lease-renewed-for-ever',
  'fold-expiry-gives-back',
  'writer-no-undo',
  'seeker-unasked',
]

test.each(SAMPLE)('a coordinator that is wrong is found out: %s', { timeout: 120_000 }, async name => {
  const { by } = await runMutant(name, { seeds: 60, steps: 1000 })
  expect(by).toBeDefined()
})

test('there are enough of them, and each has its own name', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(30)
  expect(new Set(mutants.map(m => m.name)).size).toBe(mutants.length)
})

test('a failure is made smaller, and the line that is printed shows it again', { timeout: 240_000 }, async () => {
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  const run = async (args: readonly string[]) => {
    const options = { env: { ...process.env, ANDON_MUTANT: 'grant-token-stays' } }
    const argv = ['--import', here('mutate.ts'), here('main.ts'), ...args]
    const failed = await promisify(execFile)(process.execPath, argv, options).then(
      () => undefined,
      (error: { stdout: string }) => error.stdout,
    )
    return failed
  }
  const found = await run(['--seeds', '20', '--steps', '1000'])
  const line = /again: node \S+ (.*)/.exec(found ?? '')?.[1]
  expect(line).toContain('--without ')
  expect(Number(/--steps (\d+)/.exec(line!)?.[1])).toBeLessThan(500)
  expect(await run([...line!.split(' '), '--no-shrink'])).toContain('follows')
})
