import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Shape, SMALL, WHOLE } from './topology.ts'

/** Where a run keeps everything: the journal, the cord, what the hosts store, the report. */
export interface RunFolder {
  readonly run: string
  readonly shape: Shape
  readonly path: string
  readonly journal: string
  readonly cord: string
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
    ledger: join(path, 'objects.ndjson'),
    report: join(path, 'report.html'),
    known: again !== undefined,
  }
}
