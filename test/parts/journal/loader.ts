// Prints whether Node has loaded its SQLite after the import of everything that knows journals, and after the first use.
import * as journals from '../../../src/parts/journal/index.ts'
import * as pipelines from '../../../src/pipeline/index.ts'

const loaded = () =>
  (process as unknown as { moduleLoadList: string[] }).moduleLoadList.some(module => /sqlite/i.test(module))
const journal = journals.sqliteJournal(':memory:')
console.log(typeof pipelines.runPipeline, loaded())
await journal.runs()
console.log(loaded())
await journal.close()
