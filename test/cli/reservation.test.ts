import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import { verdict } from '../../src/core/verdict.ts'
import { tempFolder } from '../parts/temp-folder.ts'
import { type agreeing, host, httpWorld, secretOf } from '../reservation/http-world.ts'
import { cli } from './run-cli.ts'

/** Starts `andon` as a process, for somebody. */
function start(url: string, who: string, cwd: string, ...argv: string[]) {
  const env = { ...process.env, ANDON_RESERVATION_URL: url, ANDON_PRINCIPAL: who, ANDON_SECRET: secretOf(who) }
  const child = spawn(process.execPath, [resolve('src/cli/main.ts'), ...argv], { cwd, env, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.on('data', chunk => (said.out += chunk))
  child.stderr.on('data', chunk => (said.err += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }))
  return { child, said, ended }
}
/** The same within this process. */
async function run(url: string, who: string, ...argv: string[]) {
  const env = { ANDON_RESERVATION_URL: url, ANDON_PRINCIPAL: who, ANDON_SECRET: secretOf(who) }
  let out = ''
  let err = ''
  const world = { cwd: '/', stdout: (t: string) => void (out += t), stderr: (t: string) => void (err += t), env }
  return { code: await runCli(argv, world), out, err }
}
const SOON = { timeout: 15_000 }
const RESERVE = ['reserve', host(1), '--activity', 'restart', '--reason', 'a kernel']

describe('andon reserve … -- command', () => {
  test('holds the host while the command runs, and gives it back when that went well', async () => {
    const { server, coordinator } = await httpWorld()
    const home = await tempFolder()
    const script = `
      const { writeFileSync } = require('node:fs')
      const named = Object.entries(process.env).filter(([name]) => name.startsWith('ANDON_'))
      writeFileSync('env.json', JSON.stringify(Object.fromEntries(named)))
      console.log('working')
      process.stdin.resume()
      process.stdin.on('end', () => process.exit(0))`
    const { child, said, ended } = start(
      server.url,
      'robot',
      home,
      ...RESERVE,
      '--ttl',
      '1s',
      '--',
      process.execPath,
      '-e',
      script,
    )
    await expect.poll(() => said.out, SOON).toContain('working')
    const [held] = (await coordinator.status()).reservations
    expect(held).toMatchObject({ host: host(1), phase: 'executing', holder: 'robot' })
    // Beyond its time to live: it is renewed.
    await expect
      .poll(async () => (await coordinator.status()).reservations[0]?.expiresAt, SOON)
      .toBeGreaterThan(held!.grantedAt + 2000)
    child.stdin.end()
    expect(await ended).toMatchObject({ code: 0, out: 'working\n', err: expect.stringContaining('is completed') })
    const env = JSON.parse(await readFile(join(home, 'env.json'), 'utf8')) as Record<string, string>
    expect(env).toMatchObject({ ANDON_RESERVATION_TOKEN: String(held!.token), ANDON_RESERVATION_HOST: host(1) })
    expect(JSON.stringify(env)).not.toContain('secret')
    expect(await coordinator.status()).toMatchObject({ reservations: [], casualties: [] })
  })

  test('makes a casualty of the host when the command fails, and gives it back when there is no such command', async () => {
    const { server } = await httpWorld()
    const failed = await start(server.url, 'robot', '/', ...RESERVE, '--', process.execPath, '-e', 'process.exit(3)')
      .ended
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('exit code 3') })
    expect(failed.err).toContain('(command-failed)')
    const casualties = await run(server.url, 'robot', 'casualties')
    expect(casualties).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^aws\S+\/h1 {2}failed {2}since .*exit code 3\n$/),
    })
    expect(await run(server.url, 'robot', 'resolve', host(1), '--as', 'repaired', '--reason', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('(forbidden)'),
    })
    expect(await run(server.url, 'boss', 'resolve', host(1), '--as', 'repaired', '--reason', 'looked')).toMatchObject({
      code: 0,
      out: 'repaired\n',
    })
    const missing = await start(server.url, 'robot', '/', ...RESERVE, '--', '/no/such/command').ended
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') })
    expect(await run(server.url, 'robot', 'list')).toEqual({ code: 0, out: '', err: '' })
    expect(await run(server.url, 'robot', 'casualties')).toEqual({ code: 0, out: '', err: '' })
  })

  test('stops the command when the reservation is lost', async () => {
    const { server, coordinator } = await httpWorld()
    const { said, ended } = start(
      server.url,
      'robot',
      '/',
      ...[
        ...RESERVE,
        '--ttl',
        '1s',
        '--',
        process.execPath,
        '-e',
        "console.log('working'); setInterval(() => {}, 1000)",
      ],
    )
    await expect.poll(() => said.out, SOON).toContain('working')
    const [held] = (await coordinator.status()).reservations
    await coordinator.cancel({ id: held!.id, by: 'boss' }, 'I need it')
    expect(await ended).toMatchObject({ code: 1, err: expect.stringContaining('(reservation-lost)') })
  })

  test('told to stop while it waits, it leaves the line', async () => {
    const { server, coordinator, clientOf } = await httpWorld()
    await clientOf('other').reserve({ host: host(1), activity: 'restart', reason: 'first' })
    const { child, ended } = start(server.url, 'robot', '/', ...RESERVE, '--wait', '1h', '--', 'true')
    await expect.poll(async () => (await coordinator.status()).waiting.length, SOON).toBe(1)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 1, out: '' })
    await expect.poll(async () => (await coordinator.status()).waiting.length).toBe(0)
  })
})

test('without a command, the lease is the caller’s: reserve, list, renew, release', async () => {
  const { server } = await httpWorld()
  const reserved = await run(server.url, 'robot', ...RESERVE, '--json')
  expect([reserved.code, reserved.err]).toEqual([0, ''])
  const { id, token } = JSON.parse(reserved.out) as { id: string; token: number }
  const listed = await run(server.url, 'reader', 'list')
  expect(listed.out).toMatch(
    new RegExp(`^${id}  token ${token}  aws\\S+/h1  restart  granted  robot: a kernel  until `),
  )
  expect((await run(server.url, 'reader', 'list', '--holder', 'other')).out).toBe('')
  const renewed = await run(server.url, 'robot', 'renew', id, '--token', String(token), '--ttl', '90s', '--json')
  expect(JSON.parse(renewed.out)).toMatchObject({ id, ttlMs: 90_000 })
  const stale = await run(server.url, 'robot', 'release', id, '--token', String(token + 1), '--outcome', 'healthy')
  expect(stale).toMatchObject({ code: 1, out: '', err: expect.stringContaining('(reservation-lost)') })
  const released = await run(server.url, 'robot', 'release', id, '--token', String(token), '--outcome', 'healthy')
  expect(released).toEqual({ code: 0, out: 'completed\n', err: '' })
})

test('a denial says why, and explain what would have to change', async () => {
  const { server, clientOf } = await httpWorld()
  await clientOf('other').reserve({ host: host(1), activity: 'restart', reason: 'first' })
  const denied = await run(server.url, 'robot', ...RESERVE)
  expect(denied).toMatchObject({ code: 1, out: '', err: expect.stringContaining('(reservation-denied)') })
  expect(denied.err).toContain('other')
  const explained = await run(server.url, 'robot', 'explain', host(1), '--activity', 'restart')
  expect(explained.code).toBe(0)
  expect(explained.out).toMatch(/^aws\S+\/h1 {2}restart {2}would not be granted now\nNO {3}host {2}.*needs: /)
  expect(explained.out).toMatch(/\nok {3}safety/)
})

test('break-glass: one proposes, another confirms', async () => {
  const safety = {
    isSafeToReserve: async (request: Parameters<typeof agreeing.isSafeToReserve>[0]) => ({
      ...verdict('stop', { source: 'kv', at: Date.now(), subject: { place: request.host } }, 'hurt', 's1 is hurt'),
      evidence: { ...request, placementVersion: 1, hurt: ['s1'] },
    }),
  }
  const { server } = await httpWorld({ coordinator: { safety } })
  const proposed = await run(server.url, 'glass', ...RESERVE, '--break-glass', '--accept', 's1', '--json')
  const { id } = JSON.parse(proposed.out) as { id: string }
  expect(await run(server.url, 'glass', 'confirm', id, '--accept', 's1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('(break-glass-refused)'),
  })
  const confirmed = await run(server.url, 'hammer', 'confirm', id, '--accept', 's1')
  expect(confirmed).toMatchObject({ code: 0, out: expect.stringContaining('glass: a kernel') })
})

test.each([
  [['list'], { ANDON_PRINCIPAL: 'a', ANDON_SECRET: 'x'.repeat(20) }, '--url: expected the URL'],
  [['list', '--url', 'http://127.0.0.1:9'], {}, 'ANDON_PRINCIPAL and ANDON_SECRET'],
  [['list', '--url', 'http://127.0.0.1:9'], { ANDON_PRINCIPAL: 'a', ANDON_SECRET: 'short' }, '16 bytes or more'],
  [['list', '--url', 'nonsense'], { ANDON_TOKEN: 't' }, 'url: expected an http or https URL'],
  [['reserve', host(1), '--activity', 'restart'], {}, "'--reason <text>' not specified"],
  [['reserve', host(1), '--activity', 'reboot', '--reason', 'x'], {}, '--activity: expected'],
  [['reserve', host(1), '--activity', 'restart', '--reason', 'x', '--ttl', 'soon'], {}, '--ttl: expected a duration'],
  [['release', 'r-1', '--token', 'x', '--outcome', 'healthy'], {}, '--token: expected a whole number'],
  [['release', 'r-1', '--token', '1', '--outcome', 'fine'], {}, '--outcome: expected'],
  [['resolve', host(1), '--as', 'gone', '--reason', 'x'], {}, '--as: expected'],
  [['explain', host(1), '--activity', 'x'], {}, '--activity: expected'],
  [['plan', 'p.json', '--tolerance', '0'], {}, '--tolerance: expected'],
] as const)('`andon %j` with %j is wrong usage', async (argv, env, message) => {
  let err = ''
  let out = ''
  const code = await runCli(argv, { cwd: '/', stdout: t => void (out += t), stderr: t => void (err += t), env })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
})

test('a server that is not there is said so', async () => {
  const { code, out, err } = await run('http://127.0.0.1:9', 'robot', 'list')
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('(reservation-unreachable)')
})

describe('andon plan', () => {
  const members = Array.from({ length: 4 }, (_, i) => host(i + 1))
  const placement = {
    version: 7,
    stripes: [
      { id: 's1', kind: 'replicas', writeQuorum: 2, members: members.slice(0, 3) },
      { id: 's2', kind: 'erasure', k: 2, m: 2, members },
    ],
  }

  test('prints groups that may be away together, and how few there can be', async () => {
    const folder = await tempFolder()
    await writeFile(join(folder, 'placement.json'), JSON.stringify(placement))
    const { code, out, err } = await cli(folder, 'plan', 'placement.json', '--json')
    expect([code, err]).toEqual([0, ''])
    const plan = JSON.parse(out) as { zones: { zone: string; groups: string[][] }[] }
    expect(plan).toMatchObject({ placementVersion: 7, count: 4, lowerBound: 4 })
    expect(plan.zones[0]!.groups.flat().sort()).toEqual(members)
    const text = await cli(folder, 'plan', 'placement.json', '--tolerance', '2')
    expect(text.out).toMatch(/^aws\/us-east-1\/use1-az1: 3 groups\n {2}1: aws/)
    expect(text.out).toContain('3 groups by placement 7; no plan has fewer than 3. A hint, not a permission.\n')
  })

  test.each([
    ['{"version":', 'placement.json'],
    ['{"stripes":[]}', 'version: expected'],
    ['{"version":1}', 'stripes: expected'],
    ['{"version":1,"stripes":[],"hosts":[7]}', 'hosts[0]: expected'],
    ['{"version":1,"stripes":[],"hosts":["aws/us-east-1"]}', 'hosts[0].zone: expected'],
  ])('%s is refused by name', async (text, message) => {
    const folder = await tempFolder()
    await writeFile(join(folder, 'placement.json'), text)
    const { code, out, err } = await cli(folder, 'plan', 'placement.json')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(message)
  })
})
