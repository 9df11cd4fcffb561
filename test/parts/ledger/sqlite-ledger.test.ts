import { join } from 'node:path'
import { realClock } from '../../../src/core/index.ts'
import { sqliteLedger } from '../../../src/parts/ledger/index.ts'
import { ledgerConformance } from '../../conformance/ledger.ts'
import { tempFolder } from '../temp-folder.ts'

ledgerConformance('sqliteLedger', async () => {
  const path = join(await tempFolder(), 'ledger.db')
  let ahead = 0
  // The clock of the machine is the store's; timers are real, because a busy file is waited for.
  const clock = { ...realClock, now: () => realClock.now() + ahead }
  const ledgers = [sqliteLedger(path, { clock, timeoutMs: 30_000 })]
  return {
    ledger: ledgers[0]!,
    reopen: async () => ledgers[ledgers.push(sqliteLedger(path, { clock, timeoutMs: 30_000 })) - 1]!,
    clockBack: async (stream, ms) => {
      ahead = ms
      const [ledger] = ledgers
      await ledger!.append({ stream, after: (await ledger!.read(stream, 0)).head, events: [{ type: 'ahead' }] })
      ahead = 0
    },
    grainMs: 0,
    cleanup: async () => {
      for (const ledger of ledgers) await ledger.close()
    },
  }
})
