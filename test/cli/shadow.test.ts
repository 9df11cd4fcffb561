import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { candidate, json, send } from '../shadow/support/servers.ts'

function andon(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [resolve('src/cli/main.ts'), 'shadow', ...args], { cwd, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  return { child, said: () => said, ended: once(child, 'exit') as Promise<[number | null]> }
}
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'andon-shadow-cli-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('andon shadow', () => {
  test('stands in front of a primary, and tells what a candidate does differently when it is interrupted', async () => {
    const primary = await candidate((_, r) => json(r, { price: 1, id: Math.random() }))
    const other = await candidate((_, r) => json(r, { price: 2, id: Math.random() }))
    const home = folder()
    const { child, said, ended } = andon(
      home,
      '--primary',
      primary.origin,
      '--candidate',
      other.origin,
      '--sample',
      '1',
      '--ignore',
      '$.id',
      '--report',
      'report.html',
      '--json',
      'report.json',
      '--log',
      'events.ndjson',
    )
    await expect.poll(said).toContain('listening on ')
    const origin = /listening on (\S+)/.exec(said())![1]!
    for (let i = 0; i < 60; i++) expect((await send(origin, { path: `/items/${i}` })).body).toContain('"price":1')
    await expect.poll(() => other.seen.length).toBe(60)
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
    expect(said()).toContain('60 copied, 0 the same, 60 different, 0 without an answer\n  GET /items/:id  $.price\n')
    expect(readFileSync(join(home, 'report.html'), 'utf8')).toContain('$.price')
    expect(statSync(join(home, 'report.html')).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(join(home, 'report.json'), 'utf8'))).toMatchObject({
      reported: 1,
      counts: { mirrored: 60 },
    })
    const lines = readFileSync(join(home, 'events.ndjson'), 'utf8').trim().split('\n')
    expect(lines.map(line => JSON.parse(line).type)).toEqual(Array(60).fill('compared'))
  })

  test.each([
    [['--candidate', 'http://127.0.0.1:1'], 2, "required option '--primary <url>'"],
    [['--primary', 'nonsense', '--candidate', 'http://127.0.0.1:1'], 1, 'primary: expected an http or https origin'],
    [
      ['--primary', 'http://127.0.0.1:1', '--candidate', 'http://127.0.0.1:2', '--sample', 'all'],
      1,
      '--sample: expected a number',
    ],
    [
      ['--primary', 'http://127.0.0.1:1', '--candidate', 'http://127.0.0.1:2', '--keyed', 'x'],
      1,
      '--keyed: expected a path and a field',
    ],
  ])('%j ends with %i', async (args, code, message) => {
    const { said, ended } = andon(folder(), ...args)
    expect((await ended)[0]).toBe(code)
    expect(said()).toContain(message)
  })
})
