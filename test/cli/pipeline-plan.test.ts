import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planHash } from '../../src/pipeline/index.ts'
import { tempFolder } from '../parts/temp-folder.ts'
import { cli, folderInTests } from './run-cli.ts'
import { tiny } from './tiny-release.ts'

/** The source of a module that exports a release. */
const moduleWith = (exported: string) => `
import { pipeline } from '../../src/pipeline/index.ts'
const gate = { name: 'canary', check: async () => { throw new Error('not asked') } }
const bake = { durationMs: 60_000, dataPoints: 100 }
const made = pipeline('object-service').validators({ gate }).region('us-east-1', { bake }).watch(gate)
${exported}
`

async function planned(name: string, text: string, ...options: string[]) {
  const folder = name.endsWith('.json') ? await tempFolder() : await folderInTests()
  await writeFile(join(folder, name), text)
  return { ...(await cli(folder, 'pipeline', 'plan', name, ...options)), path: join(folder, name) }
}

test.each(['export default made', 'export const release = made'])('a module with `%s` is described', async exported => {
  const { code, out, err } = await planned('release.ts', moduleWith(exported))
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('object-service\n1. us-east-1\n   aws/us-east-1\n')
  expect(out).toContain('bake 1 min and 100 data points')
  expect(out).toMatch(/total .*, if every region has 3 zones of 10 hosts and a host takes 1 min\n$/)
})

test('a plan as JSON is described, and the assumptions are those given', async () => {
  const options = ['--zones', '2', '--hosts', '5', '--deploy-seconds', '0.5']
  const { code, out, err } = await planned('plan.json', JSON.stringify(tiny.plan), ...options)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^tiny\n1\. eu-north-1\n/)
  expect(out).toContain('if every region has 2 zones of 5 hosts and a host takes 500 ms')
})

test('--json prints the plan with its hash, and takes what it printed', async () => {
  const first = await planned('plan.json', JSON.stringify(tiny.plan), '--json')
  expect(first.code).toBe(0)
  expect(JSON.parse(first.out)).toEqual({ hash: planHash(tiny.plan), plan: tiny.plan })
  const second = await planned('plan.json', first.out, '--json')
  expect(second.out).toBe(first.out)
})

describe('what is no plan fails with exit code 1, and a message that names', () => {
  const unsafe = JSON.stringify({ ...tiny.plan, watch: [], stages: [] })
  test.each([
    ['the file, when it is no JSON', 'plan.json', '{"format":', 'plan.json'],
    ['the field that is wrong', 'plan.json', '{"format":"andon-plan/2"}', "plan.format: expected 'andon-plan/1'"],
    ['the rule that is broken', 'plan.json', unsafe, 'expected at least one stage, got none (invalid-plan)'],
    ['what was expected, when it is null', 'plan.json', 'null', 'plan: expected an object, got null'],
    ['what was expected, when it is a number', 'plan.json', '7', 'plan: expected an object, got 7'],
    ['what a module should export', 'release.ts', 'export const nothing = 1', 'expected a release { plan, gates }'],
    ['the module, when it does not load', 'release.ts', 'export default {{', 'release.ts'],
    ['what a module throws', 'release.ts', "throw new Error('no such team')", 'no such team'],
    [
      'the rule that a module’s plan breaks',
      'release.ts',
      moduleWith("export default pipeline('x')"),
      '(invalid-plan)',
    ],
  ])('%s', async (_, name, text, message) => {
    const { code, out, err } = await planned(name, text)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^andon: .*\n$/s)
    expect(err).toContain(message)
  })

  test.each(['plan.json', 'release.ts'])('the file, when there is no %s', async name => {
    const folder = await tempFolder()
    const { code, out, err } = await cli(folder, 'pipeline', 'plan', name)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(join(folder, name))
    expect(err).toContain('(unreadable-plan)')
  })
})

test.each([
  ['--zones', '0'],
  ['--zones', '101'],
  ['--zones', 'many'],
  ['--zones', '1.5'],
  ['--zones', ''],
  ['--hosts', '0'],
  ['--hosts', '2.5'],
  ['--hosts', 'NaN'],
  ['--deploy-seconds', '-1'],
  ['--deploy-seconds', 'Infinity'],
  ['--deploy-seconds', ''],
])('%s %j is refused by name', async (option, value) => {
  const { code, out, err } = await planned('plan.json', JSON.stringify(tiny.plan), option, value)
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(new RegExp(`^andon: ${option}: expected .* \\(invalid-option\\)\n$`))
})
