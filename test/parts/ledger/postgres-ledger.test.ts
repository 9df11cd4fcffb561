import { onTestFinished, vi } from 'vitest'
import { postgresLedger } from '../../../src/parts/ledger/index.ts'
import { ledgerConformance } from '../../conformance/ledger.ts'
import { postgresForTests } from '../leases/postgres.ts'

const postgres = postgresForTests()

ledgerConformance('postgresLedger', async () => {
  const connectionString = await postgres.database()
  const ledgers = [postgresLedger({ connectionString })]
  return {
    ledger: ledgers[0]!,
    reopen: async () => ledgers[ledgers.push(postgresLedger({ connectionString })) - 1]!,
    setClientClock: at => {
      vi.spyOn(Date, 'now').mockReturnValue(at)
      onTestFinished(() => void vi.restoreAllMocks())
    },
    // The server's clock cannot be set; what it wrote down can be made newer.
    clockBack: async (stream, ms) => {
      await postgres.run(connectionString, `UPDATE andon_ledger SET at = at + ${ms} WHERE stream = '${stream}'`)
    },
    grainMs: 0,
    cleanup: async () => {
      for (const ledger of ledgers) await ledger.close()
    },
  }
})
