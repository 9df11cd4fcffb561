import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { APPLES, home } from './scenarios-folder.ts'

const feature = (tag: string, step = 'Then 3 apples are left') =>
  `Feature: A\n  ${tag}\n  Scenario: one\n    Given a shop with 3 apples\n    ${step}\n`
const SINK = `import config from './andon.scenarios.ts'
import { writeFileSync } from 'node:fs'
let points = 0
const counts = { buffered: 0, dropped: {} }
const sink = {
  record: () => { points++ },
  counts,
  close: async ({ timeoutMs }) => {
    counts.dropped = { closed: 2 }
    writeFileSync('sent.json', JSON.stringify({ some: points > 0, timeoutMs }))
  },
}
export default { ...config, sink }
`

describe('andon canary run', () => {
  test('with --for, the first turn of a slow canary comes within that time, and the sink is closed', async () => {
    const { run, path } = await home({ 'features/a.feature': feature('@canary(every=1h)'), 'sink.mjs': SINK })
    const args = ['--config', 'sink.mjs', '--target', 'gamma', '--for', '4s', '--while-failing', '2h']
    const { code, out, err } = await run('canary', 'run', ...args)
    expect([code, err]).toEqual([0, 'andon: the metric sink dropped 2 points (closed: 2)\n'])
    expect(out).toContain('A: one: 1 runs, 0 failed\n')
    expect(JSON.parse(await readFile(path('sent.json'), 'utf8'))).toEqual({ some: true, timeoutMs: 9000 })
  })

  test('--while-failing: what fails runs more often', async () => {
    const { run } = await home({
      'features/a.feature': feature('@canary(every=1h,timeout=1m)', 'Then 1 apple is left'),
    })
    const { code, out } = await run('canary', 'run', '--target', 'gamma', '--for', '4s', '--while-failing', '100ms')
    expect(code).toBe(1)
    expect(Number(/A: one: (\d+) runs/.exec(out)![1])).toBeGreaterThan(1)
  })

  test('a feature that cannot be read is no success, and is in the summary', async () => {
    const { run } = await home({
      'features/a.feature': feature('@canary(every=100ms,timeout=10s)'),
      'features/bad.feature': 'oops',
    })
    const { code, out, err } = await run('canary', 'run', '--target', 'gamma', '--for', '3s')
    expect([code, err]).toEqual([1, expect.stringContaining('andon: 1 syntax error in features (canaries-failed)\n')])
    expect(out).toMatch(/ 0 failed\n1 syntax error in features\n$/)
  })

  test('canaries of one name are told apart', async () => {
    const same = feature('@canary(every=100ms,timeout=10s)')
    const { run } = await home({ 'features/a.feature': same, 'features/b.feature': same })
    const { code, out } = await run('canary', 'run', '--target', 'gamma', '--for', '3s')
    expect(code).toBe(0)
    const names = [...out.matchAll(/^(\S.*): \d+ runs, 0 failed$/gm)].map(([, name]) => name)
    expect(new Set(names).size).toBe(2)
  })
})

describe('andon canary alarms', () => {
  const files = {
    'features/a.feature': feature('@canary(every=5m,timeout=10s)'),
    'features/b.feature': APPLES,
  }

  test('prints the alarms of what would run, and runs nothing', async () => {
    const { run, path } = await home(files)
    const args = ['canary', 'alarms', '--target', 'gamma', '--namespace', 'Shop', '--vantage', 'office']
    const { code, out, err } = await run(...args)
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject([
      {
        AlarmName: 'canary/gamma: A: one from office: success',
        Namespace: 'Shop',
        // 310 seconds, in whole minutes.
        Period: 360,
        Dimensions: expect.arrayContaining([{ Name: 'Vantage', Value: 'office' }]),
      },
      { AlarmName: 'canary/gamma: A: one from office: heartbeat' },
    ])
    expect(await readdir(path())).not.toContain('told.txt')
    const template = JSON.parse((await run(...args, '--format', 'cloudformation')).out)
    expect(Object.keys(template.Resources)).toHaveLength(2)
  })

  test.each([
    [[], 2, "required option '--namespace <name>' not specified"],
    [['--namespace', ':x'], 2, 'namespace'],
    [['--namespace', 'Shop', '--format', 'xml'], 2, "--format: expected 'plain' or 'cloudformation'"],
    [['--namespace', 'Shop', 'features/b.feature'], 1, '(no-canaries)'],
    [['--namespace', 'Shop', 'features/b.feature:4'], 2, 'canary alarms: expected files and folders'],
  ])('%j ends with %i', async (args, code, message) => {
    const { run } = await home(files)
    const ran = await run('canary', 'alarms', '--target', 'gamma', ...args)
    expect([ran.code, ran.out]).toEqual([code, ''])
    expect(ran.err).toContain(message)
  })

  test('with a feature that cannot be read, nothing is printed', async () => {
    const { run } = await home({ ...files, 'features/bad.feature': 'oops' })
    const { code, out, err } = await run('canary', 'alarms', '--target', 'gamma', '--namespace', 'Shop')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('1 syntax error in features: nothing is printed (bad-features)')
  })
})
