// Prints which engines are loaded after the import of all stores, and after the first use of each.
import { createRequire } from 'node:module'
import { isAndonError } from '../../../src/core/index.ts'
import * as leases from '../../../src/parts/leases/index.ts'

const { cache } = createRequire(import.meta.url)
const loaded = () => {
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] }
  const sqlite = moduleLoadList.some(module => /sqlite/i.test(module))
  return `sqlite ${sqlite}, pg ${Object.keys(cache).some(file => file.includes('/node_modules/pg/'))}`
}
const sqlite = leases.sqliteLeases(':memory:')
const postgres = leases.postgresLeases({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' })
console.log(loaded())
await sqlite.list()
console.log(loaded())
await postgres.list().catch(error => console.log(isAndonError(error) ? error.code : error))
console.log(loaded())
await Promise.all([sqlite.close(), postgres.close()])
