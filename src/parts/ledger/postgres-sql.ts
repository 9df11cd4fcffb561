import type { Migrations } from '../postgres/index.ts'

/** The server's clock, in epoch milliseconds, at the moment: not at the statement's start, which a lock may delay. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

export const MIGRATIONS: Migrations = {
  room: 'andon_ledger',
  lock: '4118604572901637',
  steps: [
    // Text order is by bytes, so that all stores agree.
    `CREATE TABLE andon_ledger (
      stream text COLLATE "C" NOT NULL, sequence bigint NOT NULL, at bigint NOT NULL, events text NOT NULL,
      PRIMARY KEY (stream, sequence)
    );
    CREATE TABLE andon_ledger_snapshot (
      stream text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, sequence bigint NOT NULL, at bigint NOT NULL,
      size integer NOT NULL, writing text COLLATE "C" NOT NULL,
      PRIMARY KEY (stream, name)
    );
    CREATE TABLE andon_ledger_snapshot_part (
      stream text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, sequence bigint NOT NULL,
      writing text COLLATE "C" NOT NULL, part integer NOT NULL, bytes bytea NOT NULL,
      PRIMARY KEY (stream, name, sequence, writing, part)
    );`,
  ],
}

export const SQL = {
  /**
   * $1 stream, $2 after, $3 events, $4 not before or null, $5 before or null.
   *
   * `previous` is the very row that the writer has seen, as it is committed now, and locked: a trim that wants it waits
   * until this append is through. Trims take rows from the beginning on, in order, and leave the slot of row 1 for ever (its
   * events are emptied). So where `previous` is there, the slot behind it was never trimmed, however long ago this
   * statement began to look; and whether the slot is taken is for the primary key to say.
   */
  append: `WITH previous AS MATERIALIZED (
      SELECT at FROM andon_ledger WHERE stream = $1 AND sequence = $2::bigint AND events <> '' FOR SHARE
    ), time AS MATERIALIZED (
      SELECT greatest(coalesce((SELECT at FROM previous), 0), ${NOW}) AS at
    ), written AS (
      INSERT INTO andon_ledger (stream, sequence, at, events)
      SELECT $1, $2::bigint + 1, time.at, $3 FROM time
      WHERE ($2::bigint = 0 OR EXISTS (SELECT 1 FROM previous))
        AND ($4::float8 IS NULL OR time.at >= $4::float8) AND ($5::float8 IS NULL OR time.at < $5::float8)
      ON CONFLICT (stream, sequence) DO NOTHING
      RETURNING at
    ), newest AS (
      SELECT sequence, at FROM andon_ledger WHERE stream = $1 ORDER BY sequence DESC LIMIT 1
    )
    SELECT (SELECT at FROM written)::float8 AS at,
      greatest(time.at, coalesce((SELECT at FROM newest), 0))::float8 AS now,
      coalesce((SELECT sequence FROM newest), 0)::float8 AS head
    FROM time`,

  /** $1 stream, $2 after, $3 limit */
  read: `SELECT coalesce(h.sequence, 0)::float8 AS head, greatest(coalesce(h.at, 0), ${NOW})::float8 AS now,
      e.sequence::float8 AS sequence, e.at::float8 AS at, e.events
    FROM (SELECT 1) AS one (one)
    LEFT JOIN (SELECT sequence, at FROM andon_ledger WHERE stream = $1 ORDER BY sequence DESC LIMIT 1) h ON true
    LEFT JOIN (SELECT sequence, at, events FROM andon_ledger WHERE stream = $1 AND sequence > $2::bigint
      ORDER BY sequence LIMIT $3::bigint) e ON true
    ORDER BY e.sequence`,

  /** $1 stream, $2 up to, $3 how many at most. Locked in order, the lowest first: see `append`. */
  trim: `WITH gone AS MATERIALIZED (
      SELECT sequence FROM andon_ledger
      WHERE stream = $1 AND sequence <= $2::bigint AND events <> ''
        AND sequence < (SELECT max(sequence) FROM andon_ledger WHERE stream = $1)
      ORDER BY sequence LIMIT $3::bigint FOR UPDATE
    ), emptied AS (
      UPDATE andon_ledger l SET events = '' FROM gone
      WHERE l.stream = $1 AND l.sequence = gone.sequence AND gone.sequence = 1
    ), deleted AS (
      DELETE FROM andon_ledger l USING gone WHERE l.stream = $1 AND l.sequence = gone.sequence AND gone.sequence > 1
    )
    SELECT count(*)::int AS gone FROM gone`,

  /** From each name to the next one in the index, without looking at what is between. */
  streams: `WITH RECURSIVE names AS (
      (SELECT stream FROM andon_ledger ORDER BY stream LIMIT 1)
      UNION ALL
      SELECT (SELECT l.stream FROM andon_ledger l WHERE l.stream > names.stream ORDER BY l.stream LIMIT 1)
      FROM names WHERE names.stream IS NOT NULL
    ) SELECT stream FROM names WHERE stream IS NOT NULL`,

  /** $1 stream, $2 name, $3 sequence, $4 writing, $5 part, $6 bytes */
  snapshotPart: 'INSERT INTO andon_ledger_snapshot_part VALUES ($1, $2, $3::bigint, $4, $5::int, $6::bytea)',

  /** $1 stream, $2 name, $3 sequence, $4 at, $5 size, $6 writing. From here on the parts written before count. */
  snapshotKeep: `INSERT INTO andon_ledger_snapshot AS s VALUES ($1, $2, $3::bigint, $4::bigint, $5::int, $6)
    ON CONFLICT (stream, name) DO UPDATE
    SET sequence = excluded.sequence, at = excluded.at, size = excluded.size, writing = excluded.writing
    WHERE s.sequence <= excluded.sequence`,

  /** $1 stream, $2 name. Not what is newer than what counts: somebody may be writing it. */
  snapshotTidy: `DELETE FROM andon_ledger_snapshot_part p USING andon_ledger_snapshot s
    WHERE p.stream = $1 AND p.name = $2 AND s.stream = $1 AND s.name = $2 AND p.sequence < s.sequence`,

  /** $1 stream, $2 name, $3 writing. What this writer wrote, where something else counts. */
  snapshotUndo: `DELETE FROM andon_ledger_snapshot_part p USING andon_ledger_snapshot s
    WHERE p.stream = $1 AND p.name = $2 AND p.writing = $3
      AND s.stream = $1 AND s.name = $2 AND s.writing <> $3`,

  /** $1 stream, $2 name */
  snapshotHead: `SELECT sequence::float8 AS sequence, at::float8 AS at, size, writing FROM andon_ledger_snapshot
    WHERE stream = $1 AND name = $2`,

  /** $1 stream, $2 name, $3 sequence, $4 writing, $5 part */
  snapshotRead: `SELECT bytes FROM andon_ledger_snapshot_part
    WHERE stream = $1 AND name = $2 AND sequence = $3::bigint AND writing = $4 AND part = $5::int`,
} as const
