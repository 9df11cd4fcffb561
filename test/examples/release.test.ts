import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Conclusion, descendants, isAlive, runJob, startJob } from '../support/main-job.ts'

// Real processes of real software, released for real: these tests take seconds each.
const folder = mkdtempSync(join(tmpdir(), 'andon-job-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const LONG = 120_000

const whole = (json: Conclusion) => {
  expect(json.objectsLost).toBe(0)
  expect(json.objectsWritten).toBeGreaterThan(200)
  expect(json.hosts).toBe(8)
}

describe('npm start', () => {
  test(
    'releases every host, loses no object, and leaves a report',
    async () => {
      const { code, json, said, run } = await runJob(folder)
      expect([code, json.outcome, json.caughtBy, json.resumed]).toEqual([0, 'released', null, false])
      expect(json.versions).toEqual({ '3.7.0': 0, '3.7.1': 8 })
      expect(json.hostsTouched).toBe(8)
      whole(json)
      // What needs the new version is opened when the release is out, and not before.
      expect(json.feature).toBe('all')
      expect(json.partialReads).toBeGreaterThan(10)
      expect(said).toMatch(/Customers: \d+ requests, 0 failed/)
      const report = readFileSync(join(folder, '.andon', 'runs', run, 'report.html'), 'utf8')
      expect(report).toContain('object-service 3.7.0 → 3.7.1')
    },
    LONG,
  )

  test.each([
    ['crash', 'deployer', 1],
    ['errors', /canary|alarms/, 8],
    ['silent', 'canary', 8],
  ])(
    '--fault %s: caught, and rolled back everywhere',
    async (fault, by, most) => {
      const { code, json, said } = await runJob(folder, '--fault', fault)
      expect([code, json.outcome]).toEqual([3, 'rolled-back'])
      expect(json.caughtBy).toMatch(by)
      expect(json.versions).toEqual({ '3.7.0': 8, '3.7.1': 0 })
      expect(json.hostsTouched).toBeLessThanOrEqual(most)
      expect(json.afterMs).toBeGreaterThan(0)
      expect(json.where).toContain('aws/')
      expect([json.feature, json.partialReads]).toEqual(['nobody', 0])
      whole(json)
      expect(said).toMatch(/ROLLED BACK in .* caught by .* after .* it ever touched \d of 8 hosts/)
    },
    LONG,
  )

  test(
    '--fault silent: the alarms, which read what the service sees of itself, stay quiet',
    async () => {
      const { said, json } = await runJob(folder, '--fault', 'silent')
      expect(json.caughtBy).toBe('canary')
      expect(said).not.toMatch(/alarms says stop/)
      expect(said).toMatch(/Customers: \d+ requests, [1-9]\d* failed/)
    },
    LONG,
  )

  test(
    '--fault cord: halted where it stands; --resume releases it, and --rollback takes the finished release back',
    async () => {
      const { code, json, run } = await runJob(folder, '--fault', 'cord')
      expect([code, json.outcome, json.caughtBy]).toEqual([4, 'halted', 'cord'])
      expect(json.versions['3.7.0']! + json.versions['3.7.1']!).toBe(8)
      expect(json.versions['3.7.1']).toBe(json.hostsTouched)
      whole(json)
      const resumed = await runJob(folder, '--resume', run)
      expect([resumed.code, resumed.json.outcome, resumed.json.resumed]).toEqual([0, 'released', true])
      whole(resumed.json)
      expect(resumed.json.feature).toBe('all')
      // What needs the new version is closed before that is taken back: nobody reads in parts from an old host.
      const undone = await runJob(folder, '--rollback', run)
      expect([undone.code, undone.json.outcome, undone.json.feature]).toEqual([3, 'rolled-back', 'nobody'])
      expect(undone.said).toMatch(/Customers: \d+ requests, 0 failed/)
    },
    LONG * 2,
  )

  test(
    '--fault cord, then --rollback undoes it',
    async () => {
      const { json, run } = await runJob(folder, '--fault', 'cord')
      expect(json.outcome).toBe('halted')
      const undone = await runJob(folder, '--rollback', run)
      expect([undone.code, undone.json.outcome, undone.json.caughtBy]).toEqual([3, 'rolled-back', 'operator'])
      expect(undone.json.versions).toEqual({ '3.7.0': 8, '3.7.1': 0 })
      whole(undone.json)
    },
    LONG,
  )

  test(
    '--fault kill: the runner dies with -9, another takes over, every host is released once',
    async () => {
      const { code, json, run } = await runJob(folder, '--fault', 'kill')
      expect([code, json.outcome, json.resumed]).toEqual([0, 'released', true])
      expect(json.versions).toEqual({ '3.7.0': 0, '3.7.1': 8 })
      whole(json)
      expect(await deployments(run)).toEqual([])
    },
    LONG,
  )

  test(
    'killed with -9 itself, leaves no process behind',
    async () => {
      const { child, said } = startJob(folder, '--small')
      try {
        await until(() => /deploying to 1 host/.test(said()), said)
        const below = descendants(child.pid!)
        // Eight hosts and the runner; one of the hosts may be between its two versions just now.
        expect(below.length).toBeGreaterThanOrEqual(8)
        child.kill('SIGKILL')
        await until(
          () => below.every(pid => !isAlive(pid)),
          () => `still alive: ${below.filter(isAlive)}`,
        )
      } finally {
        child.kill('SIGKILL')
      }
    },
    LONG,
  )

  test.each([
    [['--fault', 'nonsense'], /--fault: expected one of crash, errors, silent, cord, kill; got "nonsense"/],
    [['--resume', 'no-such-run'], /run: expected one of those in .*, got "no-such-run"/],
    [['--resume', '../../etc'], /--resume: expected a run id/],
    [['--resume', 'a', '--rollback', 'b'], /expected one of them, got both/],
    [['--nonsense'], /Unknown option '--nonsense'/],
  ])('refuses %j with a sentence and exit code 2', async (args, message) => {
    const { child, said } = startJob(folder, ...args)
    const code = await new Promise(resolve => child.once('exit', resolve))
    expect(said()).toMatch(message)
    expect(code).toBe(2)
  })
})

async function until(done: () => boolean, said: () => string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (done()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`it did not come to that; last: ${said()}`)
}

/** Hosts that the journal says were deployed more than once. */
async function deployments(run: string): Promise<string[]> {
  const path = join(folder, '.andon', 'runs', run)
  expect(existsSync(path) && readdirSync(path)).toContain('journal.db')
  const { sqliteJournal } = await import('../../src/parts/journal/index.ts')
  const journal = sqliteJournal(join(path, 'journal.db'), { readOnly: true })
  const times = new Map<string, number>()
  for await (const { event } of journal.read(run)) {
    const { type, host } = event as { type: string; host?: string }
    if (type === 'deployed') times.set(host!, (times.get(host!) ?? 0) + 1)
  }
  await journal.close()
  return [...times].filter(([, n]) => n > 1).map(([host]) => host)
}
