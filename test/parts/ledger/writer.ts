// Appends to the stream `s` for ever, together with whoever else does, and prints `sequence id` for each entry once it was
// acknowledged, or once it was found where the acknowledgement got lost. Now and then it saves a snapshot.
// argv: `sqlite` and a path, or `postgres` and an address.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAndonError } from '../../../src/core/index.ts'
import { postgresLedger, sqliteLedger } from '../../../src/parts/ledger/index.ts'

process.stdin.on('end', () => process.exit()).resume()
const [, , kind, where] = process.argv
const ledger = kind === 'sqlite' ? sqliteLedger(where!) : postgresLedger({ connectionString: where!, connections: 1 })

/** What comes of `work` once the store is there. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isAndonError(error, 'ledger-unreachable')) throw error
      await sleep(5)
    }
  }
}
const newest = () => patiently(async () => (await ledger.read('s', Number.MAX_SAFE_INTEGER - 1)).head)
const acknowledge = (sequence: number, id: string) => writeSync(1, `${sequence} ${id}\n`)

let after = await newest()
writeSync(1, 'ready\n')
for (let n = 0; ; n++) {
  const id = `${process.pid}/${n}`
  const events = [
    { type: 'step', id, ballast: '.'.repeat(300) },
    { type: 'more', id },
  ]
  for (let done = false; !done; ) {
    try {
      const answer = await ledger.append({ stream: 's', after, events })
      if (answer.ok) acknowledge(answer.sequence, id)
      done = answer.ok
      after = answer.ok ? answer.sequence : await newest()
    } catch (error) {
      if (!isAndonError(error, 'ledger-unreachable')) throw error
      const { entries, head } = await patiently(() => ledger.read('s', after))
      const mine = entries.find(e => (e.events[0] as unknown as { id: string }).id === id)
      if (mine) acknowledge(mine.sequence, id)
      done = mine !== undefined
      after = head
    }
  }
  if (after % 10 === 0)
    await patiently(() => ledger.saveSnapshot('s', 'state', after, 0, new Uint8Array(200_000).fill(after % 251)))
}
