import { join } from 'node:path'
import { realClock } from '../../../src/core/index.ts'
import { sqliteLeases } from '../../../src/parts/leases/index.ts'
import { leasesConformance } from '../../conformance/leases.ts'
import { tempFolder } from '../temp-folder.ts'

leasesConformance('sqliteLeases', async () => {
  const path = join(await tempFolder(), 'leases.db')
  let at = 1_700_000_000_000
  // Timers are real, because a busy file is waited for; only the time of day stands still.
  const clock = { ...realClock, now: () => at }
  const stores = [sqliteLeases(path, { clock })]
  return {
    store: stores[0]!,
    reopen: async () => stores[stores.push(sqliteLeases(path, { clock })) - 1]!,
    pass: async ms => {
      at += ms
    },
    cleanup: async () => {
      for (const store of stores) await store.close()
    },
  }
})
