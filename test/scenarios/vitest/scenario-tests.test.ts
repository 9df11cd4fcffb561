import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadScenarios } from '../../../src/scenarios/index.ts'
import { scenarioTests } from '../../../src/scenarios/vitest/index.ts'
import { folderInTests } from '../../cli/run-cli.ts'
import { FEATURE, fixture } from './fixture-config.ts'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

/** A process of its own: without what this one, which is a test itself, has in its environment. */
function node(cwd: string, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const mine = /^(VITEST|NODE_TEST_CONTEXT|NODE_ENV|TEST$|NODE_OPTIONS)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !mine.test(name)))
  const child = spawn(process.execPath, args, { cwd, env: { ...env, NO_COLOR: '1' }, stdio: 'pipe' })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (out += String(chunk)))
  return new Promise(done => child.on('close', code => done({ code, out })))
}

interface Assertion {
  readonly ancestorTitles: readonly string[]
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

async function inVitest(options?: string, ...args: string[]) {
  const folder = await folderInTests()
  await fixture(folder, 'vitest', options)
  const reports = ['--reporter=json', '--outputFile=report.json', '--reporter=verbose']
  const { code, out } = await node(folder, vitest, 'run', '--root', folder, ...reports, ...args)
  const report = JSON.parse(
    await readFile(join(folder, 'report.json'), 'utf8').catch(() => Promise.reject(new Error(out))),
  )
  const all: Assertion[] = report.testResults.flatMap(
    (file: { assertionResults: Assertion[] }) => file.assertionResults,
  )
  return { folder, code, out, all, named: (title: string) => all.find(one => one.title === title)! }
}
const lineOf = (text: string) => FEATURE.split('\n').findIndex(line => line.includes(text)) + 1

describe('scenarioTests', { timeout: 120_000 }, () => {
  test('in Vitest: a test for each scenario, with its name, its outcome and where it failed', async () => {
    const { folder, code, out, all, named } = await inVitest()
    expect(code).toBe(1)
    const row = lineOf('| 3 |')
    expect(all.map(({ ancestorTitles: [feature = ''], title, status }) => [feature, title, status])).toEqual([
      ['Apples', 'passes', 'passed'],
      ['Apples', 'fails', 'failed'],
      ['Apples', 'is skipped', 'skipped'],
      ['Apples', 'is pending', 'skipped'],
      ['Apples', 'is not defined', 'failed'],
      ['Apples', `rows (line ${row})`, 'passed'],
      ['Apples', `rows (line ${row + 1})`, 'failed'],
      [expect.stringMatching(/bad\.feature$/), expect.stringMatching(/bad\.feature:4:3$/), 'failed'],
    ])
    const feature = join(folder, 'features', 'apples.feature')
    const [failure = ''] = named('fails').failureMessages
    const frames = failure.split('\n').filter(line => line.startsWith('    at '))
    expect(failure).toContain('1 apples are left: 3 left')
    expect(frames[0]).toBe(`    at 1 apples are left (${feature}:${lineOf('Then 1 apples')}:7)`)
    expect(frames[1]).toContain('steps.ts')
    expect(named('is not defined').failureMessages[0]).toContain('when("nobody knows", (context) => {')
    expect(all.at(-1)!.failureMessages[0]).toMatch(/expected: #EOF.*got 'oops'[\s\S]*bad\.feature:4:3\)/)
    // What people see, and click on.
    expect(out).toContain(`features/apples.feature:${lineOf('Then 1 apples')}:7`)
    expect(out).toMatch(/is pending .*\[todo: it is not written yet/)
  })

  test('in Vitest: tags leave tests out, and one test can be run alone', async () => {
    const { all } = await inVitest("{ tags: '@slow' }")
    expect(all.map(({ title }) => title)).not.toContain('passes')
    expect(all.filter(({ status }) => status === 'skipped')).toHaveLength(0)
    const alone = await inVitest('{}', '-t', 'passes')
    expect(alone.code).toBe(0)
    expect(alone.all.filter(({ status }) => status === 'passed').map(({ title }) => title)).toEqual(['passes'])
  })

  test('in node:test, which knows what is to be done as well', async () => {
    const folder = await folderInTests()
    await fixture(folder, 'node:test')
    const { code, out } = await node(folder, '--test', '--test-reporter=tap', 'shop.test.ts')
    expect(code).toBe(1)
    expect(out).toMatch(/ok \d+ - passes/)
    expect(out).toMatch(/not ok \d+ - fails/)
    expect(out).toMatch(/ok \d+ - is skipped # SKIP/)
    expect(out).toMatch(/ok \d+ - is pending # TODO/)
    expect(out).toContain(`apples.feature:${lineOf('Then 1 apples')}:7`)
    expect(out).toMatch(/not ok \d+ - .*bad\.feature:4:3/)
  })

  test('refuses what is no suite, and no framework', async () => {
    const suite = await loadScenarios({ features: [], steps: [] })
    expect(() => scenarioTests({} as never, { describe, test } as never)).toThrow('scenarioTests suite: expected')
    expect(() => scenarioTests(suite, {} as never)).toThrow('missing: describe, test')
    expect(() => scenarioTests(suite, { describe, test } as never, { timeoutMs: 0 })).toThrow('timeoutMs: expected')
  })
})
