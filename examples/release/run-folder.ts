import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Shape, SMALL, WHOLE } from './topology.ts'

/** Where a run keeps everything: the journal, the cord, what the hosts store, the report. */
export interface RunFolder {
  readonly run: string
  readonly shape: Shape
  readonly path: string
  readonly journal: string
  readonly cord: string
  readonly reservations: string
  readonly ledger: string
  readonly report: string
  readonly known: boolean
}

const ROOT = resolve('.andon', 'runs')

/** A new run's folder, or an earlier run's when `again` names one. */
export async function runFolder(again: string | undefined, small: boolean): Promise<RunFolder> {
  const run =
    again ?? `release-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}`
  const path = join(ROOT, run)
  const setup = join(path, 'run.json')
  if (again !== undefined && !existsSync(setup))
    throw new Error(`run: expected one of those in ${ROOT}, got ${JSON.stringify(again)}`)
  let shape = small ? SMALL : WHOLE
  if (again !== undefined) shape = (JSON.parse(await readFile(setup, 'utf8')) as { shape: Shape }).shape
  else {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await writeFile(setup, JSON.stringify({ run, shape }), { mode: 0o600 })
  }
  return {
    run,
    shape,
    path,
    journal: join(path, 'journal.db'),
    cord: join(path, 'cord.json'),
    reservations: join(path, 'reservations.db'),
    ledger: join(path, 'objects.ndjson'),
    report: join(path, 'report.html'),
    known: again !== undefined,
  }
}

/**
 * Keeps a second supervisor off the run: two fleets on one data folder would trample on each other. A lock whose process
 * is gone is taken over. Resolves to how to give it back.
 */
export async function lockRun({ path, run }: RunFolder): Promise<() => Promise<void>> {
  const lock = join(path, 'supervisor.pid')
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rm(lock, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'))
    if (attempt > 0 || isAlive(holder)) throw new Error(`run ${run}: process ${holder} works on it`)
    await rm(lock, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
