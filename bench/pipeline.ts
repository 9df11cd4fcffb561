import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteJournal } from '../src/parts/journal/index.ts'
import { fleet, simulatePipeline } from '../src/pipeline/index.ts'
import { replay } from '../src/pipeline/replay.ts'
import type { RunEvent } from '../src/pipeline/run-event.ts'
import { type Figure, figure, median } from './figure.ts'
import { worldwide } from './pipeline-plan.ts'

const SUBJECT = 'pipeline'

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  try {
    interpreter(tell)
    await journal(tell, folder)
    imports(tell, folder)
    await firstHost(tell, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In processes of their own: what is measured is the resident memory of all of it, and nothing that ran before. */
function interpreter(tell: (figure: Figure) => void): void {
  const run = (hostsPerZone: number) =>
    JSON.parse(
      execFileSync(process.execPath, [resolve('bench/pipeline-simulate.ts'), String(hostsPerZone)], {
        encoding: 'utf8',
      }),
    ) as { seconds: number; megabytes: number; hosts: number; events: number }
  const [small, large] = [[], []] as [ReturnType<typeof run>[], ReturnType<typeof run>[]]
  for (let i = 0; i < 3; i++) {
    small.push(run(1000))
    large.push(run(10_000))
  }
  const { hosts, events } = small[0]!
  const seconds = median(small.map(r => r.seconds))
  tell(
    figure(
      SUBJECT,
      'interpreter, 39 regions x 3 zones x 1,000 hosts, host by host',
      seconds,
      's',
      `${hosts} hosts, ${events} events, median of 3`,
    ),
  )
  tell(
    figure(
      SUBJECT,
      'interpreter, resident memory of the whole process',
      Math.max(...small.map(r => r.megabytes)),
      'MB',
    ),
  )
  const ratios = large.map((l, i) => l.seconds / small[i]!.seconds)
  tell(
    figure(
      SUBJECT,
      'interpreter, time at 10x the hosts a zone',
      median(ratios),
      'x',
      `${median(large.map(l => l.seconds)).toFixed(2)} s for ${large[0]!.hosts} hosts, ${median(large.map(l => l.megabytes)).toFixed(0)} MB`,
    ),
  )
}

async function journal(tell: (figure: Figure) => void, folder: string): Promise<void> {
  const SECONDS = 2
  const event = { type: 'deployed', at: 1_700_000_000_000, track: 0, host: 'aws/us-east-1/use1-az2/c7/h259' }
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < 3; round++) {
    const one = sqliteJournal(join(folder, `one-${round}.db`))
    const lease = await one.lease('run', 'bench', 60_000)
    let n = 0
    const from = performance.now()
    while (performance.now() - from < SECONDS * 1000) n = await one.append('run', n, lease.token, event)
    ours.push(n / ((performance.now() - from) / 1000))
    await one.close()
    bare.push(bareInserts(join(folder, `bare-${round}.db`), JSON.stringify(event), SECONDS))
  }
  const beside = `${Math.round(median(bare))}/s of bare node:sqlite inserts, WAL and synchronous=FULL (${(median(ours) / median(bare)).toFixed(2)}x)`
  tell(figure(SUBJECT, 'journal on SQLite, durable transitions one by one', median(ours), '1/s', beside))
  await recovery(tell, folder)
}

/** The least that any durable journal on SQLite can do: one insert, one commit. */
function bareInserts(path: string, text: string, seconds: number): number {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE e (n INTEGER PRIMARY KEY, event TEXT)')
  const insert = db.prepare('INSERT INTO e (event) VALUES (?)')
  let n = 0
  const from = performance.now()
  for (; performance.now() - from < seconds * 1000; n++) insert.run(text)
  const rate = n / ((performance.now() - from) / 1000)
  db.close()
  return rate
}

/** A real run's first 100,000 events, written by hand and then recovered as a runner does it. */
async function recovery(tell: (figure: Figure) => void, folder: string): Promise<void> {
  const events: RunEvent[] = []
  const { plan } = worldwide()
  simulatePipeline(plan, {
    hosts: fleet(3, 1000),
    deployMs: 30_000,
    onEvent: event => events.length < 100_000 && events.push(event),
  })
  const path = join(folder, 'recovery.db')
  const setUp = sqliteJournal(path)
  await setUp.lease('run', 'bench', 60_000)
  await setUp.close()
  const db = new DatabaseSync(path)
  const insert = db.prepare("INSERT INTO andon_journal (run, sequence, token, at, event) VALUES ('run', ?, 1, 0, ?)")
  db.exec('BEGIN')
  for (const [i, event] of events.entries()) insert.run(i + 1, JSON.stringify(event))
  db.exec('COMMIT')
  db.close()
  const seconds: number[] = []
  for (let i = 0; i < 3; i++) {
    const one = sqliteJournal(path)
    const from = performance.now()
    const { sequence } = await replay(one, 'run')
    seconds.push((performance.now() - from) / 1000)
    if (sequence !== 100_000) throw new Error(`recovered ${sequence} events`)
    await one.close()
  }
  tell(figure(SUBJECT, 'journal on SQLite, recovery of a 100,000-event run', median(seconds), 's', 'median of 3'))
}

/** Whole processes, in turn: the built package against an empty ES module. */
function imports(tell: (figure: Figure) => void, folder: string): void {
  execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--silent'], { stdio: 'ignore' })
  const empty = join(folder, 'empty.mjs')
  const ours = join(folder, 'ours.mjs')
  writeFileSync(empty, 'export {}\n')
  writeFileSync(ours, `import ${JSON.stringify(resolve('dist/pipeline.js'))}\n`)
  const time = (file: string) => {
    const from = performance.now()
    execFileSync(process.execPath, [file])
    return performance.now() - from
  }
  const ratios: number[] = []
  const same: number[] = []
  for (let i = 0; i < 41; i++) {
    const [a, b, c] = [time(empty), time(ours), time(empty)]
    ratios.push(b / ((a + c) / 2))
    same.push(c / a)
  }
  tell(
    figure(
      SUBJECT,
      'whole process importing andon/pipeline, beside an empty ES module',
      median(ratios),
      'x',
      `empty against empty ${median(same).toFixed(2)}x, 41 rounds`,
    ),
  )
}

async function firstHost(tell: (figure: Figure) => void, _folder: string): Promise<void> {
  const seconds: number[] = []
  for (let i = 0; i < 3; i++) {
    const from = performance.now()
    const job = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    let said = ''
    for await (const chunk of job.stdout!) {
      said += chunk
      if (said.includes(' hosts healthy')) break
    }
    seconds.push((performance.now() - from) / 1000)
    process.kill(-job.pid!, 'SIGTERM')
    if (job.exitCode === null && job.signalCode === null) await once(job, 'exit')
  }
  tell(
    figure(
      SUBJECT,
      'npm start on an installed checkout, first host healthy',
      median(seconds),
      's',
      'the npm command itself included, median of 3',
    ),
  )
}
