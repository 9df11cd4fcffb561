import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { home } from './scenarios-folder.ts'

const STRAYS = `import { defineSteps } from '../../src/scenarios/index.ts'
const later = what => new Promise(resolve => setTimeout(resolve, 50)).then(what)
const stray = defineSteps('stray', ({ when }) => {
  when('a promise is forgotten', () => { void Promise.reject(new Error('forgotten ' + process.env.TOKEN)) })
  when('a timer throws', () => { setTimeout(() => { throw new Error('thrown\\u001b[2J ' + process.env.TOKEN + 'x'.repeat(9000)) }) })
  when('it takes a moment', () => later(() => {}))
})
export default { steps: [stray] }
`
const feature = (tag: string) => `Feature: A
  ${tag}
  Scenario: rejecting
    When a promise is forgotten
    And it takes a moment
  ${tag}
  Scenario: throwing
    When a timer throws
    And it takes a moment
  ${tag}
  Scenario: well
    When it takes a moment
`

describe('errors that come outside of any step', () => {
  test('scenarios run: each is told as one line without secrets, all run, the reports are whole, and it fails', async () => {
    const { run, folder } = await home({ 'features/a.feature': feature('@a'), 'strays.mjs': STRAYS })
    const args = [
      '--config',
      'strays.mjs',
      '--secret-env',
      'TOKEN',
      '--report',
      'html=a.html',
      '--report',
      'junit=a.xml',
    ]
    const { code, out, err } = await run('scenarios', 'run', ...args)
    expect([code, out]).toEqual([1, expect.stringContaining('3 scenarios (3 passed)')])
    const lines = err.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^andon: an error outside of any step: forgotten \[redacted\] at /)
    expect(lines[1]).toMatch(/^andon: an error outside of any step: thrown\\u\{1b\}\[2J \[redacted\]x+\.\.\.$/)
    expect(lines[1]!.length).toBeLessThan(1100)
    expect(lines[2]).toBe('andon: 2 errors outside of any step (scenarios-failed)')
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['a.html', 'a.xml']))
    expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  test('a rejection in the very last step is heard', async () => {
    const { run } = await home({
      'features/a.feature': 'Feature: A\n  Scenario: a\n    When a promise is forgotten\n',
      'strays.mjs': STRAYS,
    })
    const { code, err } = await run('scenarios', 'run', '--config', 'strays.mjs')
    expect([code, err]).toEqual([1, expect.stringContaining('andon: 1 error outside of any step (scenarios-failed)')])
  })

  test('canary run: the fleet goes on, and they are told and counted', async () => {
    const { run } = await home({
      'features/a.feature': feature('@canary(every=200ms,timeout=30s)'),
      'strays.mjs': STRAYS,
    })
    const args = ['--config', 'strays.mjs', '--secret-env', 'TOKEN', '--for', '3s']
    const { code, out, err } = await run('canary', 'run', ...args)
    expect(code).toBe(0)
    expect(out).toMatch(/A: well: \d+ runs, 0 failed\n\d+ errors? outside of any step\n$/)
    expect(err).toContain('andon: an error outside of any step: forgotten [redacted] at ')
    expect(out + err).not.toContain('sesame')
  })
})

test('a folder that is called like a feature is a folder', async () => {
  const { run, path } = await home({ 'strays.mjs': STRAYS })
  await mkdir(path('features', 'x.feature'))
  const text = 'Feature: A\n  Scenario: inside\n    When it takes a moment\n'
  await writeFile(join(path('features', 'x.feature'), 'a.feature'), text)
  const { code, out, err } = await run('scenarios', 'run', '--config', 'strays.mjs')
  expect([code, out, err]).toEqual([0, expect.stringContaining('1 scenario (1 passed)'), ''])
})
