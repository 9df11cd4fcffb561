import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, figure, median } from '../figure.ts'
import { permitRows } from './permit-rows.ts'
import { startPostgres } from './postgres.ts'

interface Pairs {
  readonly perSecond: number
  readonly cpuMicros: number
  readonly denied: number
  readonly most: number
}

const ROUNDS = 3
const SECONDS = 3

/** Pairs a second on each store, a process of its own a round, beside what is usually built on PostgreSQL. */
export async function measurePairs(tell: (figure: Figure) => void): Promise<void> {
  const say = (name: string, rounds: readonly Pairs[], beside = '') => {
    const cpu = median(rounds.map(r => r.cpuMicros)).toFixed(1)
    const most = Math.max(...rounds.map(r => r.most))
    const audited = most > 0 ? `; at most ${most} offline at once, 200 may be, by the ledger` : ''
    tell(
      figure(
        'reservation',
        name,
        median(rounds.map(r => r.perSecond)),
        '1/s',
        `${cpu} µs of CPU a pair${audited}${beside}`,
      ),
    )
  }
  for (const clients of [1, 4, 16, 64]) {
    const name = clients === 16 ? 'memory, pairs' : `memory, pairs of ${clients} clients`
    say(name, await rounds(() => run('memory', '-', clients)))
  }
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  let files = 0
  try {
    say('SQLite, pairs of 64 clients', await rounds(() => run('sqlite', join(folder, `${++files}.db`), 64)))
    say('SQLite, pairs of one client', await rounds(() => run('sqlite', join(folder, `${++files}.db`), 1)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const postgres = await startPostgres()
  try {
    const ours: Pairs[] = []
    const permits: number[] = []
    for (let n = 0; n < ROUNDS; n++) {
      ours.push(await run('postgres', await postgres.database(), 16))
      permits.push(await permitRows(await postgres.database(), 16, SECONDS))
    }
    say('PostgreSQL, pairs of 16 clients', ours, `; permit rows with SKIP LOCKED: ${Math.round(median(permits))}/s`)
    tell(
      figure(
        'reservation',
        'PostgreSQL, pairs beside permit rows',
        median(ours.map(o => o.perSecond)) / median(permits),
        'x',
      ),
    )
  } finally {
    await postgres.stop()
  }
}

async function rounds(one: () => Promise<Pairs>): Promise<Pairs[]> {
  const all: Pairs[] = []
  for (let n = 0; n < ROUNDS; n++) all.push(await one())
  return all
}

async function run(kind: string, where: string, clients: number): Promise<Pairs> {
  const program = fileURLToPath(new URL('./pairs-child.ts', import.meta.url))
  const child = fork(program, [kind, where, String(clients), String(SECONDS)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const [said] = (await once(child, 'message')) as [Pairs]
  await once(child, 'exit')
  return said
}
