import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cli } from './run-cli.ts'

const HELP = [
  ['--help'],
  ['-h'],
  ['help'],
  ['pipeline', '--help'],
  ['pipeline', 'plan', '--help'],
  ['cord', '--help'],
  ['cord', 'hold', '--help'],
]

test.each(HELP.map(argv => [argv.join(' '), argv]))('`andon %s` prints its help and succeeds', async (_, argv) => {
  const { code, out, err } = await cli('/', ...argv)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^Usage: andon /)
})

const WRONG: [string[], string][] = [
  [['deploy'], "unknown command 'deploy'"],
  [['pipeline', 'fly'], "unknown command 'fly'"],
  [['cord', 'cut', 'cord.json'], "unknown command 'cut'"],
  [['--loud'], "unknown option '--loud'"],
  [['pipeline', 'plan'], "missing required argument 'file'"],
  [['pipeline', 'plan', 'plan.json', '--speed', '9'], "unknown option '--speed'"],
  [['pipeline', 'plan', 'a.json', 'b.json'], 'too many arguments'],
  [['pipeline', 'plan', 'plan.json', '--zones'], "option '--zones <n>' argument missing"],
  [['pipeline', 'runs'], "missing required argument 'journal'"],
  [['pipeline', 'report', 'journal.db', 'r1'], "required option '--out <file>' not specified"],
  [['cord', 'read'], "missing required argument 'file'"],
  [[], 'Usage: andon'],
  [['pipeline'], 'Usage: andon pipeline'],
]

test.each(WRONG.map(([argv, message]) => [argv.join(' '), argv, message] as const))(
  '`andon %s` is wrong usage: exit code 2, nothing on stdout',
  async (_, argv, message) => {
    const { code, out, err } = await cli('/', ...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  },
)

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

test('the program itself writes to its own stdout and stderr, and exits with the code', () => {
  const run = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: andon /) })
  expect(run('deploy')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining("unknown command 'deploy'"),
  })
})

/** Runs Node as a user that no machine has in its list. */
const asNobody = (...argv: string[]) =>
  spawnSync(process.execPath, argv, { encoding: 'utf8', uid: 54_321, gid: 54_321 })
const possible = asNobody('-e', `fs.accessSync(${JSON.stringify(program)})`).status === 0

test.skipIf(!possible)(
  `a user whom the system has no name for, as in many containers, can use it${possible ? '' : ' (skipped: needs root, and files that others may read)'}`,
  () => {
    expect(asNobody(program, '--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: andon /) })
  },
)
