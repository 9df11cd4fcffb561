import { onTestFinished, vi } from 'vitest'
import { postgresLeases } from '../../../src/parts/leases/index.ts'
import { leasesConformance } from '../../conformance/leases.ts'
import { postgresForTests } from './postgres.ts'

const postgres = postgresForTests()

leasesConformance('postgresLeases', async () => {
  const connectionString = await postgres.database()
  const stores = [postgresLeases({ connectionString })]
  return {
    store: stores[0]!,
    reopen: async () => stores[stores.push(postgresLeases({ connectionString })) - 1]!,
    // The server's clock cannot be set; everything that it wrote down can be made older.
    pass: async ms => {
      await postgres.run(
        connectionString,
        `UPDATE andon_lease SET since = since - ${ms}, expires_at = expires_at - ${ms};
         UPDATE andon_lease_line SET expires_at = expires_at - ${ms}`,
      )
    },
    setClientClock: at => {
      vi.spyOn(Date, 'now').mockReturnValue(at)
      onTestFinished(() => void vi.restoreAllMocks())
    },
    cleanup: async () => {
      for (const store of stores) await store.close()
    },
  }
})
