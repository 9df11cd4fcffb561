import { expect } from 'vitest'
import { realClock } from '../../../src/core/index.ts'
import { dynamoDbLedger } from '../../../src/parts/ledger/index.ts'
import { ledgerConformance } from '../../conformance/ledger.ts'
import { dynamoDbForTests, proxy } from './dynamodb.ts'

const store = dynamoDbForTests()

ledgerConformance('dynamoDbLedger', async () => {
  const table = await store.table()
  const opened = () => dynamoDbLedger({ table, client: store.client(), clock: { ...realClock, now: () => wall } })
  let wall = realClock.now()
  const ledgers = [opened()]
  return {
    ledger: ledgers[0]!,
    reopen: async () => ledgers[ledgers.push(opened()) - 1]!,
    // The server runs in this process: only what the ledger is told is wrong.
    setClientClock: at => {
      wall = at
    },
    clockBack: async (stream, ms) => {
      const ahead = await proxy(store.endpoint(), () => 'pass', ms)
      await using ledger = dynamoDbLedger({ table, client: store.client(ahead.endpoint) })
      const after = (await ledger.read(stream, 0)).head
      expect(await ledger.append({ stream, after, events: [{ type: 'ahead' }] })).toMatchObject({ ok: true })
      await ahead.close()
    },
    grainMs: 1000,
    cleanup: async () => {
      for (const ledger of ledgers) await ledger.close()
    },
  }
})
