import pg from 'pg'

/**
 * What is usually built: a row a permit, of which each reservation takes one with SKIP LOCKED, and a row a host; one
 * transaction to grant, one to give back, an audit row each. Without leases, explanations and everything else.
 * Resolves to pairs a second.
 */
export async function permitRows(connectionString: string, clients: number, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString, max: clients })
  // An idle connection that breaks when the server stops must not end the process.
  pool.on('error', () => {})
  await pool.query(`
    CREATE TABLE permit (id integer PRIMARY KEY, host integer);
    CREATE TABLE host (id integer PRIMARY KEY, token bigint NOT NULL DEFAULT 0, holder text);
    CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT clock_timestamp(), what text, host integer);
    INSERT INTO permit SELECT i FROM generate_series(1, 200) i;
    INSERT INTO host SELECT i FROM generate_series(1, 3000) i;
  `)
  let pairs = 0
  const client = async (n: number, until: number) => {
    for (let i = n * 37; performance.now() < until; i += 41) {
      const host = (i % 3000) + 1
      const { rows } = await pool.query<{ id: number; token: string }>(GRANT, [host, `c${n}`])
      if (rows.length === 0) continue
      await pool.query(RELEASE, [host, rows[0]!.token, rows[0]!.id])
      pairs++
    }
  }
  const run = async (forSeconds: number) => {
    const start = performance.now()
    pairs = 0
    await Promise.all(Array.from({ length: clients }, (_, n) => client(n, start + forSeconds * 1000)))
    return pairs / ((performance.now() - start) / 1000)
  }
  await run(1)
  const rate = await run(seconds)
  await pool.end()
  return rate
}

const GRANT = `
  WITH taken AS (
    UPDATE permit SET host = $1 WHERE id = (SELECT id FROM permit WHERE host IS NULL FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id
  ), held AS (
    UPDATE host SET holder = $2, token = token + 1 WHERE id = $1 AND holder IS NULL AND EXISTS (SELECT 1 FROM taken)
    RETURNING token
  ), noted AS (
    INSERT INTO audit (what, host) SELECT 'granted', $1 FROM held
  )
  SELECT taken.id, held.token FROM taken, held`

const RELEASE = `
  WITH freed AS (
    UPDATE host SET holder = NULL WHERE id = $1 AND token = $2 RETURNING id
  ), given AS (
    UPDATE permit SET host = NULL WHERE id = $3
  )
  INSERT INTO audit (what, host) SELECT 'released', id FROM freed`
