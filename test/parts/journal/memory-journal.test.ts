import { virtualClock } from '../../../src/core/index.ts'
import { memoryJournal } from '../../../src/parts/journal/index.ts'
import { journalConformance } from '../../conformance/journal.ts'

journalConformance('memoryJournal', async () => {
  const clock = virtualClock(1_700_000_000_000)
  const journal = memoryJournal({ clock })
  return { journal, clock, cleanup: () => journal.close() }
})
