import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { APPLES, home } from './scenarios-folder.ts'

/** Other processes may have the machine. */
const SOON = { timeout: 20_000 }

const MORE = `Feature: More

  Scenario: wrong
    Given a shop with 3 apples
    Then 1 apple is left

  @slow
  Scenario: misspelt
    Given a shop with 3 pears
`
const BAD = 'Feature: Bad\n  Scenario: x\n    Given a\n  oops sesame-42\n'

describe('andon scenarios run', () => {
  test('runs features against a target, with progress and without colours, and succeeds', async () => {
    const { run, path } = await home({ 'features/apples.feature': APPLES })
    const { code, out, err } = await run('scenarios', 'run', '--target', 'gamma')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^\.\.\.\.\.\n/)
    expect(out).toContain('1 scenario (1 passed)\n3 steps (3 passed)')
    expect(out).not.toContain('\u001b')
    expect(await readFile(path('told.txt'), 'utf8')).toBe('beforeAll\nemptied\nafterAll\n')
  })

  test('failures end with 1; an undefined step comes with its snippet and the three nearest known ones', async () => {
    const { run } = await home({ 'features/apples.feature': APPLES, 'features/more.feature': MORE })
    const { code, out, err } = await run('scenarios', 'run', '--target', 'gamma', '--report', 'pretty')
    expect(code).toBe(1)
    expect(err).toBe('andon: 2 of 3 scenarios failed (scenarios-failed)\n')
    expect(out).toContain('✔ When somebody buys 1 apple')
    expect(out).toContain('at features/more.feature:5')
    expect(out).toContain('given("a shop with {int} pears", (context, int: number) => {')
    const [, nearest] = out.split('The steps nearest to "a shop with 3 pears":\n')
    expect(nearest!.trimEnd().split('\n')).toEqual([
      '  a shop with {int} apple(s)  (shop)  Fills the shop.',
      expect.any(String),
      expect.any(String),
    ])
  })

  test('tags, files and lines choose', async () => {
    const { run } = await home({ 'features/apples.feature': APPLES, 'features/more.feature': MORE })
    const chosen = async (...args: string[]) => {
      const { out } = await run('scenarios', 'run', '--target', 'gamma', '--report', 'pretty', ...args)
      return [...out.matchAll(/^ {2}Scenario: (\S+)/gm)].map(([, name]) => name)
    }
    expect(await chosen('--tags', '@put and not @slow')).toEqual(['buying'])
    expect(await chosen('features/more.feature', '--order', 'reverse')).toEqual(['misspelt', 'wrong'])
    expect(await chosen('features/more.feature:8', 'features/apples.feature')).toEqual(['misspelt', 'buying'])
    expect(await chosen('--tags', '@put', '--parallel', '4', '--retry', '2')).toEqual(['buying'])
  })

  test('a syntax error is told as file:line:column, the others run, and no report hides it', async () => {
    const { run, path } = await home({ 'features/apples.feature': APPLES, 'features/bad.feature': BAD })
    const { code, out, err } = await run(
      ...['scenarios', 'run', '--target', 'gamma', '--secret-env', 'TOKEN', '--report', 'junit=out/junit.xml'],
    )
    expect(code).toBe(1)
    expect(err).toMatch(/^features\/bad\.feature:4:3: expected: .*got 'oops \[redacted\]'\n/)
    expect(err).toContain('andon: 1 syntax error in features (scenarios-failed)')
    expect(out).toContain('1 scenario (1 passed)')
    expect(await readFile(path('out', 'junit.xml'), 'utf8')).toContain('tests="2" skipped="0" failures="1"')
  })

  test('nothing that ran is no success', async () => {
    const { run } = await home({ 'features/apples.feature': APPLES })
    const { code, err } = await run('scenarios', 'run', '--target', 'gamma', '--tags', '@puts')
    expect([code, err]).toEqual([1, expect.stringContaining('(no-scenarios)')])
  })

  test.each([
    [[], '--target: expected gamma or prod (no-target)'],
    [['--target', 'beta'], 'target: expected gamma or prod, got "beta" (unknown-target)'],
    [['--target', 'gamma', '--retry', 'x'], '--retry: expected a whole number, 0 to 100, got "x"'],
    [['--target', 'gamma', '--parallel', '0'], '--parallel: expected a whole number'],
    [['--target', 'gamma', '--order', 'up'], "--order: expected 'defined' or 'reverse' or 'random'"],
    [['--target', 'gamma', '--tags', '@a and'], '--tags: expected a tag expression'],
    [['--target', 'gamma', '--report', 'xml=a'], "--report: expected 'pretty' or"],
    [['--target', 'gamma', '--report', 'html'], '--report: html goes to a file: html=FILE'],
    [['--target', 'gamma', '--report', 'pretty', '--report', 'progress'], 'give one of them'],
    [['--target', 'gamma', '--report', 'html=/proc/nowhere/a.html'], '/proc/nowhere/a.html: ENOENT'],
    [['--target', 'gamma', '--secret-env', 'NOTHING'], '--secret-env NOTHING: there is no such variable'],
    [['--target', 'gamma', '--config', 'other.ts'], '(unreadable-config)'],
    [['--target', 'gamma', 'nowhere'], 'nowhere: ENOENT'],
    [['--target', 'gamma', 'features/apples.feature:5'], 'no scenario begins there; there are lines 4'],
    [['--fast'], "unknown option '--fast'"],
  ])('%j is wrong usage: exit code 2, and nothing has run', async (args, message) => {
    const { run, folder } = await home({ 'features/apples.feature': APPLES })
    const { code, out, err } = await run('scenarios', 'run', ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect((await readdir(folder)).sort()).toEqual(['andon.scenarios.ts', 'features'])
  })

  test('a configuration that is none is told with its file and field', async () => {
    const { run, path, folder } = await home({ 'a.mjs': 'export default { steps: 1 }', 'b.mjs': 'export default 1' })
    const config = async (file: string) => (await run('scenarios', 'run', '--config', file)).err
    expect(await config('a.mjs')).toContain(`${folder}/a.mjs: steps: expected a list of step libraries`)
    expect(await config('b.mjs')).toContain('default export: expected an object { steps, targets')
    await writeFile(path('c.mjs'), 'export default { steps: [], target: 1 }')
    expect(await config('c.mjs')).toContain('c.mjs: target: expected one of steps, targets')
  })

  test('a peer that is missing is told with the line to type, before anything runs', async () => {
    const { start } = await home({
      'features/apples.feature': APPLES,
      'hide.mjs': `import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (name === '@cucumber/html-formatter') throw Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' })
  return next(name, context)
} })`,
    })
    const args = ['scenarios', 'run', '--target', 'gamma', '--report', 'html=a.html']
    const { code, out, err } = await start(args, { node: ['--import', './hide.mjs'] }).ended
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('type: npm install @cucumber/html-formatter @cucumber/messages (missing-package)')
  })

  test('no secret is in any report, nor in what is printed', async () => {
    const { run, path } = await home({
      'features/secret.feature': `Feature: Secret sesame-42

  Scenario: shown sesame-42
    Given a shop with 3 apples
    When the token is shown
    When the word is "sesame-42"
    Then 1 apple is left
  Scenario: thrown
    Then 1 apple is left
`,
    })
    const files = ['a.ndjson', 'a.xml', 'a.html']
    const reports = files.flatMap((f, i) => ['--report', `${['ndjson', 'junit', 'html'][i]}=${f}`])
    for (const style of ['pretty', 'progress']) {
      const args = ['scenarios', 'run', '--target', 'gamma', '--secret-env', 'TOKEN', '--report', style, ...reports]
      const { out, err } = await run(...args)
      const texts = await Promise.all(files.map(file => readFile(path(file), 'utf8')))
      for (const text of [out, err, ...texts]) {
        expect(text).not.toContain('sesame')
        expect(text).not.toContain(Buffer.from('sesame-42').toString('base64').slice(0, 10))
        // Whatever is in base64 in it.
        for (const [encoded] of text.matchAll(/[A-Za-z0-9+/]{12,}={0,2}/g))
          expect(Buffer.from(encoded, 'base64').toString('latin1')).not.toContain('sesame')
      }
      expect(texts.every(text => text.includes('[redacted]'))).toBe(true)
      expect(out).toContain('[redacted]')
      const bodies = texts[0]!.split('\n').flatMap(line => (line ? (JSON.parse(line).attachment ?? []) : []))
      const binary = bodies.find(({ contentEncoding }: { contentEncoding: string }) => contentEncoding === 'BASE64')
      expect(Buffer.from(binary.body, 'base64').toString()).toBe('binary [redacted]')
    }
  })

  test('a report that fails, and a reader that has gone, are told or borne; the run goes on', async () => {
    const { run, path, start } = await home({ 'features/apples.feature': APPLES })
    const full = await run(
      'scenarios',
      'run',
      '--target',
      'gamma',
      '--report',
      'html=/dev/full',
      '--report',
      'ndjson=a',
    )
    expect(full).toMatchObject({
      code: 0,
      err: 'andon: the report html=/dev/full failed: /dev/full: ENOSPC: no space left on device, write; the run does not depend on it\n',
    })
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true)
    expect((await stat(path('a'))).mode & 0o777).toBe(0o600)
    const { child, ended } = start(['scenarios', 'run', '--target', 'gamma', '--report', 'junit=b.xml'])
    child.stdout!.destroy()
    expect((await ended).code).toBe(0)
    expect(await readFile(path('b.xml'), 'utf8')).toContain('tests="1"')
  })

  test('one interrupt aborts, cleans up and writes the reports', async () => {
    const { start, path } = await home({
      'features/long.feature':
        'Feature: Long\n  Scenario: a\n    Given a shop with 3 apples\n    When it takes for ever\n  Scenario: b\n    When it takes for ever\n',
    })
    const { child, said, ended } = start(['scenarios', 'run', '--target', 'gamma', '--report', 'html=a.html'])
    await expect.poll(() => readFile(path('told.txt'), 'utf8').catch(() => ''), SOON).toContain('hanging')
    child.kill('SIGINT')
    const { code, err } = await ended
    expect([code, err]).toEqual([1, expect.stringContaining('andon: stopping, and cleaning up')])
    expect(err).toContain('1 of 1 scenario failed, the run was stopped (scenarios-failed)')
    expect(said()).toContain('stopped by SIGINT')
    expect(await readFile(path('told.txt'), 'utf8')).toBe('beforeAll\nhanging\nemptied\nafterAll\n')
    expect(await readFile(path('a.html'), 'utf8')).toContain('testRunFinished')
  })

  test('a second interrupt ends it at once', async () => {
    const { start, path } = await home({
      'features/long.feature': 'Feature: Long\n  Scenario: a\n    When it takes for ever\n',
      'slow.mjs': `import { writeFileSync } from 'node:fs'
import { defineSteps } from '../../src/scenarios/index.ts'
export default { steps: [defineSteps('slow', ({ when, afterAll }) => {
  when('it takes for ever', () => { writeFileSync('hanging', ''); return new Promise(() => {}) })
  afterAll(() => new Promise(() => {}))
})] }`,
    })
    const args = ['scenarios', 'run', '--config', 'slow.mjs', '--report', 'html=a.html']
    const { child, said, ended } = start(args)
    await expect.poll(() => readdir(path()), SOON).toContain('hanging')
    child.kill('SIGINT')
    await expect.poll(said, SOON).toContain('once more ends it at once')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: null, killedBy: 'SIGINT' })
    expect(await readdir(path())).not.toContain('a.html')
  })

  test('what a step leaves running does not keep the program from ending', async () => {
    const { run } = await home({ 'features/a.feature': 'Feature: A\n  Scenario: a\n    When a timer is forgotten\n' })
    expect(await run('scenarios', 'run', '--target', 'gamma')).toMatchObject({ code: 0, err: '' })
  })
})

describe('andon scenarios list and steps', () => {
  test('list scenarios by file and line, and tell what is wrong', async () => {
    const { run } = await home({ 'features/apples.feature': APPLES, 'features/more.feature': MORE })
    expect(await run('scenarios', 'list', '--tags', 'not @slow')).toMatchObject({
      code: 0,
      out: 'features/apples.feature:4  Apples: buying  @put\nfeatures/more.feature:3  More: wrong\n',
    })
    const { code, out } = await run('scenarios', 'list', 'features/more.feature:3', '--json')
    expect([code, JSON.parse(out).scenarios]).toMatchObject([0, [{ uri: 'features/more.feature', line: 3 }]])
    expect(await run('scenarios', 'list', '--tags', '@a and')).toMatchObject({ code: 2 })
  })

  test('a feature that cannot be read is listed as such', async () => {
    const { run } = await home({ 'features/bad.feature': BAD })
    expect(await run('scenarios', 'list')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^features\/bad\.feature:4:3: expected: .*\nandon: 1 syntax error in features/),
    })
  })

  test('list every step with its doc and its library', async () => {
    const { run } = await home({})
    const { code, out } = await run('scenarios', 'steps')
    expect(code).toBe(0)
    expect(out).toMatch(/^shop\n {2}a shop with \{int\} apple\(s\) +Fills the shop\.\n/)
    const listed = JSON.parse((await run('scenarios', 'steps', '--json')).out)
    expect(listed[1]).toEqual({
      pattern: 'somebody buys {int} apple(s)',
      doc: 'Takes apples out.',
      library: 'shop',
    })
    expect(listed).toHaveLength(8)
  })
})
