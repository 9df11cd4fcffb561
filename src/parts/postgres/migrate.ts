import { AndonError } from '../../core/errors.ts'
import type { Run } from './postgres-store.ts'

export interface Migrations {
  /** What the tables' names begin with; the version stands in `<room>_schema`. */
  readonly room: string
  /** A number of its own: first users at once take turns by it. */
  readonly lock: string
  /** Step n (from 1) makes version n out of version n − 1. Never changed once it was published. */
  readonly steps: readonly string[]
}

/**
 * Brings the room's tables to the newest version, in one transaction. Asks first, because a user who may not create
 * anything has to get by with what is there. A database that a newer andon wrote is refused (`newer-schema`): what its rows
 * mean is not known here.
 */
export async function migrate(run: Run, migrations: Migrations): Promise<void> {
  const { room, lock, steps } = migrations
  if ((await versionOf(run, room)) < steps.length) await run(upgrade(room, lock, steps))
  const version = await versionOf(run, room)
  if (version === steps.length) return
  const message = `the tables of ${room} have version ${version}, and this andon knows ${steps.length}: use a newer andon`
  throw new AndonError('newer-schema', message)
}

async function versionOf(run: Run, room: string): Promise<number> {
  const [found] = await run<{ exists: boolean }>(`SELECT to_regclass('${room}_schema') IS NOT NULL AS exists`)
  if (!found?.exists) return 0
  const [row] = await run<{ version: number }>(`SELECT coalesce(max(version), 0)::int AS version FROM ${room}_schema`)
  return row?.version ?? 0
}

/** Statements of one text are one transaction, each sees what was committed before it, and the lock lasts to the end. */
const upgrade = (room: string, lock: string, steps: readonly string[]) => `
  SELECT pg_advisory_xact_lock(${lock});
  CREATE TABLE IF NOT EXISTS ${room}_schema (version integer PRIMARY KEY);
  DO $upgrade$ BEGIN
    ${steps
      .map(
        (step, i) => `IF NOT EXISTS (SELECT 1 FROM ${room}_schema WHERE version >= ${i + 1}) THEN
      ${step}
      INSERT INTO ${room}_schema (version) VALUES (${i + 1});
    END IF;`,
      )
      .join('\n')}
  END $upgrade$;`
