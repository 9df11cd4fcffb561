// At each line that it is told, tries to take the run `r1` of the journal at argv[2] (`take`) or gives it back
// (`release`), and prints how that went.
import { createInterface } from 'node:readline'
import { isAndonError } from '../../../src/core/index.ts'
import { type JournalLease, sqliteJournal } from '../../../src/parts/journal/index.ts'

const journal = sqliteJournal(process.argv[2]!)
await journal.runs()
let lease: JournalLease | undefined
console.log('ready')
for await (const order of createInterface({ input: process.stdin })) {
  try {
    if (order === 'take') lease = await journal.lease('r1', `process ${process.pid}`, 60_000)
    else await lease?.release()
    console.log(`${order} ${lease?.token}`)
  } catch (error) {
    console.log(isAndonError(error) ? `${error.code} ${error.message}` : String(error))
  }
}
