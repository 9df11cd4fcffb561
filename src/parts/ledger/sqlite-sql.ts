/** What the tables mean; see `checkVersion`. */
export const VERSION = 1

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS andon_ledger_schema (version INTEGER PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO andon_ledger_schema SELECT ${VERSION} WHERE NOT EXISTS (SELECT 1 FROM andon_ledger_schema);
  CREATE TABLE IF NOT EXISTS andon_ledger (
    stream TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, events TEXT NOT NULL,
    PRIMARY KEY (stream, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS andon_ledger_snapshot (
    stream TEXT NOT NULL, name TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (stream, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS andon_ledger_snapshot_part (
    stream TEXT NOT NULL, name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (stream, name, part)
  );
`

export const SQL = {
  version: 'SELECT max(version) AS version FROM andon_ledger_schema',
  head: 'SELECT sequence, at FROM andon_ledger WHERE stream = ? ORDER BY sequence DESC LIMIT 1',
  append: 'INSERT INTO andon_ledger VALUES (?, ?, ?, ?)',
  // One statement, so that the entries and the head are of one moment: others may append and trim in between.
  read: `SELECT h.sequence AS head, h.at AS headAt, e.sequence, e.at, e.events FROM (SELECT 1)
    LEFT JOIN (SELECT sequence, at FROM andon_ledger WHERE stream = ?1 ORDER BY sequence DESC LIMIT 1) h ON true
    LEFT JOIN (SELECT sequence, at, events FROM andon_ledger WHERE stream = ?1 AND sequence > ?2
      ORDER BY sequence LIMIT ?3) e ON true
    ORDER BY e.sequence`,
  trim: `DELETE FROM andon_ledger WHERE stream = ?1 AND sequence IN (
      SELECT sequence FROM andon_ledger
      WHERE stream = ?1 AND sequence <= ?2 AND sequence < (SELECT max(sequence) FROM andon_ledger WHERE stream = ?1)
      ORDER BY sequence LIMIT ?3)`,
  // From each name to the next one in the index, without looking at what is between.
  streams: `WITH RECURSIVE names (stream) AS (
      SELECT min(stream) FROM andon_ledger
      UNION ALL SELECT (SELECT min(l.stream) FROM andon_ledger l WHERE l.stream > names.stream) FROM names
      WHERE names.stream IS NOT NULL
    ) SELECT stream FROM names WHERE stream IS NOT NULL`,
  snapshotHead: 'SELECT sequence, at, size FROM andon_ledger_snapshot WHERE stream = ? AND name = ?',
  snapshotRead: `SELECT s.sequence, s.at, s.size, p.bytes FROM andon_ledger_snapshot s
    LEFT JOIN andon_ledger_snapshot_part p ON p.stream = s.stream AND p.name = s.name
    WHERE s.stream = ? AND s.name = ? ORDER BY p.part`,
  snapshotDrop: 'DELETE FROM andon_ledger_snapshot_part WHERE stream = ? AND name = ?',
  snapshotPart: 'INSERT INTO andon_ledger_snapshot_part VALUES (?, ?, ?, ?)',
  snapshotKeep: 'INSERT OR REPLACE INTO andon_ledger_snapshot VALUES (?, ?, ?, ?, ?)',
} as const
