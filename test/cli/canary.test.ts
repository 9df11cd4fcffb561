import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { APPLES, home } from './scenarios-folder.ts'

const CANARIES = `Feature: Apples

  @canary(every=150ms,timeout=10s)
  Scenario: filling
    Given a shop with 3 apples

  @canary(every=200ms,timeout=10s)
  Scenario Outline: rows
    Given a shop with <n> apples
    Examples:
      | n |
      | 1 |
      | 2 |
`

/** Other processes may have the machine. */
const SOON = { timeout: 20_000 }

describe('andon canary run', () => {
  test('makes a fleet of tagged features until it is told to stop, and then cleans up', async () => {
    const { start, path } = await home({ 'features/a.feature': CANARIES, 'features/bad.feature': 'oops' })
    const { child, said, ended } = start(['canary', 'run', 'features', '--target', 'gamma', '--vantage', 'office'])
    const lines = (name: string) =>
      said()
        .split('\n')
        .filter(line => /^\d{4}-.*Z {2}/.test(line) && line.includes(name))
    await expect.poll(() => lines('filling').length, SOON).toBeGreaterThan(3)
    await expect.poll(() => lines('rows (line 13)').length, SOON).toBeGreaterThan(1)
    child.kill('SIGTERM')
    const { code, out, err } = await ended
    expect(code).toBe(0)
    expect(err).toMatch(/^features\/bad\.feature:1:1: expected: /)
    expect(out).toMatch(/^3 canaries, every 150 ms, 200 ms\n/)
    expect(out).toMatch(/\n.*Apples: filling: \d+ runs, 0 failed\n.*Apples: rows \(line 12\): \d+ runs, 0 failed\n/)
    const told = (await readFile(path('told.txt'), 'utf8')).trim().split('\n')
    expect([told[0], told.at(-1)]).toEqual(['beforeAll', 'afterAll'])
    expect(told.filter(word => word === 'afterAll')).toHaveLength(1)
  })

  test('for a while: failures end with 1, and each is told with the step and its line', async () => {
    const { run } = await home({
      'features/a.feature':
        'Feature: A\n  @canary(every=100ms)\n  Scenario: red\n    Given a shop with 3 apples\n    Then 1 apple is left\n',
    })
    const { code, out, err } = await run('canary', 'run', '--target', 'gamma', '--for', '2s', '--secret-env', 'TOKEN')
    expect([code, err]).toEqual([1, 'andon: 1 of 1 canaries failed, or did not run (canaries-failed)\n'])
    expect(out).toContain('A: red')
    expect(out).toContain('1 apple is left (features/a.feature:5): 3 left, and the token is [redacted]')
    expect(out).not.toContain('sesame')
  })

  test('a negative control is well when it fails', async () => {
    const { run } = await home({
      'features/a.feature':
        'Feature: A\n  @canary(every=100ms) @negative-control\n  Scenario: red\n    Given a shop with 3 apples\n    Then 1 apple is left\n',
    })
    const { code, out } = await run('canary', 'run', '--target', 'gamma', '--for', '3s')
    expect(out).toMatch(/ {2}ok {4}.*A: red/)
    expect([code, out]).toEqual([0, expect.stringMatching(/A: red: \d+ runs, 0 failed\n$/)])
  })

  test('what is under way when it is told to stop gives back what it took, before all is over', async () => {
    const { start, path } = await home({
      'features/a.feature':
        'Feature: A\n  @canary(every=100ms,timeout=60s)\n  Scenario: long\n    Given a shop with 3 apples\n    When it takes for ever\n',
    })
    const { child, ended } = start(['canary', 'run', '--target', 'gamma'])
    await expect.poll(() => readFile(path('told.txt'), 'utf8').catch(() => ''), SOON).toContain('hanging')
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    expect(await readFile(path('told.txt'), 'utf8')).toBe('beforeAll\nhanging\nemptied\nafterAll\n')
  })

  test.each([
    [['--target', 'gamma', '--for', 'soon'], 2, '--for: expected a duration as in 10s'],
    [['--target', 'gamma', '--vantage', ' '], 2, '--vantage: expected a non-empty string'],
    [['--target', 'gamma', 'features/a.feature:4'], 2, 'expected files and folders'],
    [['--target', 'gamma'], 1, '(no-canaries)'],
    [[], 2, '(no-target)'],
  ])('%j ends with %i', async (args, code, message) => {
    const { run } = await home({ 'features/a.feature': APPLES })
    const ran = await run('canary', 'run', ...args)
    expect([ran.code, ran.out]).toEqual([code, ''])
    expect(ran.err).toContain(message)
  })
})
