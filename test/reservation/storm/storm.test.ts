import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { postgresLedger, sqliteLedger } from '../../../src/parts/ledger/index.ts'
import { postgresForTests } from '../../parts/leases/postgres.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { expectNothingUnsafe, KILLS, storm } from './storm.ts'

const postgres = postgresForTests()
const TIME = KILLS * 2000 + 60_000

test(
  'two coordinators on one SQLite file, one or the other killed with -9 all the time: nothing unsafe, nothing lost',
  async () => {
    const file = join(await tempFolder(), 'cell.db')
    const { told, kill, end } = await storm('sqlite', file, 'kills')
    for (let n = 0; n < KILLS; n++) await kill()
    await end()
    const ledger = sqliteLedger(file)
    await expectNothingUnsafe(ledger, 'kills', told)
    await ledger.close()
  },
  TIME,
)

test(
  'two coordinators on one PostgreSQL, one or the other killed with -9 all the time: nothing unsafe, nothing lost',
  async () => {
    const connectionString = await postgres.database()
    const { told, kill, end } = await storm('postgres', connectionString, 'kills')
    for (let n = 0; n < KILLS; n++) await kill()
    await end()
    const ledger = postgresLedger({ connectionString })
    await expectNothingUnsafe(ledger, 'kills', told)
    await ledger.close()
  },
  TIME,
)

test(
  'PostgreSQL cuts connections in the middle of statements and is restarted twice: nothing unsafe, nothing lost',
  async () => {
    const connectionString = await postgres.database()
    const { told, end } = await storm('postgres', connectionString, 'cuts')
    let cuts = 0
    for (let n = 0; n < 10; n++) {
      await sleep(Math.random() * 60)
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'andon'`
      cuts += (await postgres.run(connectionString, cut)).length
    }
    expect(cuts).toBeGreaterThan(4)
    for (let n = 0; n < 2; n++) {
      await sleep(100)
      await postgres.stop()
      await postgres.start()
    }
    await end()
    const ledger = postgresLedger({ connectionString })
    await expectNothingUnsafe(ledger, 'cuts', told)
    await ledger.close()
  },
  TIME,
)
