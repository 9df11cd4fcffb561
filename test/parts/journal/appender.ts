// Appends to the run `r1` of the journal at argv[2] for ever, and prints each sequence once its append was acknowledged.
// A lease of one millisecond does not outlive the process, however it ends.
import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { sqliteJournal } from '../../../src/parts/journal/index.ts'

process.stdin.on('end', () => process.exit()).resume()
const journal = sqliteJournal(process.argv[2]!)
let sequence = (await journal.runs())[0]?.entries ?? 0
const { token } = await journal.lease('r1', `${process.pid}`, 1)
for (;;) {
  const event = { type: 'step', by: process.pid, n: sequence + 1, ballast: '.'.repeat(500) }
  sequence = await journal.append('r1', sequence, token, event)
  writeSync(1, `${sequence}\n`)
  await setImmediate()
}
