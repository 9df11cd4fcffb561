import { join } from 'node:path'
import { virtualClock } from '../../../src/core/index.ts'
import { sqliteJournal } from '../../../src/parts/journal/index.ts'
import { journalConformance } from '../../conformance/journal.ts'
import { tempFolder } from '../temp-folder.ts'

journalConformance('sqliteJournal', async () => {
  const path = join(await tempFolder(), 'journal.db')
  const clock = virtualClock(1_700_000_000_000)
  const open = [sqliteJournal(path, { clock })]
  const reopen = async () => {
    open.push(sqliteJournal(path, { clock }))
    return open.at(-1)!
  }
  return { journal: open[0]!, reopen, clock, cleanup: async () => void (await Promise.all(open.map(j => j.close()))) }
})
