// Prints which engines are loaded after the import of all ledgers, and after the first use of each.
import { createRequire } from 'node:module'
import { isAndonError } from '../../../src/core/index.ts'
import { dynamoDbLedger, postgresLedger, sqliteLedger } from '../../../src/parts/ledger/index.ts'

const { cache } = createRequire(import.meta.url)
const loaded = () => {
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] }
  const sqlite = moduleLoadList.some(module => /sqlite/i.test(module))
  const has = (name: string) => Object.keys(cache).some(file => file.includes(`/node_modules/${name}/`))
  console.log(`sqlite ${sqlite}, pg ${has('pg')}, aws ${has('@aws-sdk')}`)
}
const codeOf = (error: unknown) => console.log(isAndonError(error) ? error.code : error)

process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test'
const sqlite = sqliteLedger(':memory:')
const postgres = postgresLedger({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' })
const dynamo = dynamoDbLedger({ table: 'ledger', endpoint: 'http://127.0.0.1:1', region: 'us-east-1' })
loaded()
await sqlite.streams()
loaded()
await postgres.streams().catch(codeOf)
loaded()
await dynamo.streams().catch(codeOf)
loaded()
await Promise.all([sqlite.close(), postgres.close(), dynamo.close()])
