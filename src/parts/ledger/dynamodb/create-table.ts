import { deadline, sleep } from '../../../core/abort.ts'
import { AndonError } from '../../../core/errors.ts'
import { describe, numberOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import { storeError } from '../refusals.ts'
import { isAway } from './dynamodb-errors.ts'
import { connect, type DynamoDbWhere, readWhere } from './load-dynamodb.ts'

export interface CreateDynamoDbLedgerTable extends DynamoDbWhere {
  /** How long to wait until the table can be used, in milliseconds; then `ledger-unreachable`. Default 60,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Between two looks at whether the table is ready. */
const LOOK_MS = 500

const KEYS = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
] as const

interface TableDescription {
  readonly TableStatus?: string
  readonly KeySchema?: readonly { AttributeName?: string; KeyType?: string }[]
}

/**
 * Makes the table of `dynamoDbLedger`, paid per request, and waits until it can be used; does nothing where it is there.
 * Where tables are made by templates: partition key `pk` and sort key `sk`, both strings, nothing else. Point-in-time
 * recovery and deletion protection are for whoever owns the table. Throws `ledger-error` when there is a table of that name
 * with other keys. Needs `dynamodb:CreateTable` and `dynamodb:DescribeTable`.
 */
export async function createDynamoDbLedgerTable(options: CreateDynamoDbLedgerTable): Promise<void> {
  readWhere(options)
  const { table: TableName, signal } = options
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 60_000, 1)
  const { sdk, client, close } = await connect(options)
  const create = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST' as const,
    KeySchema: KEYS.map(key => ({ ...key })),
    AttributeDefinitions: KEYS.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' as const })),
  }
  const make = async (abortSignal: AbortSignal) => {
    try {
      await client.send(new sdk.CreateTableCommand(create) as never, { abortSignal })
    } catch (error) {
      if ((error as Error).name !== 'ResourceInUseException') throw error
    }
    for (; ; await sleep(realClock, LOOK_MS, abortSignal)) {
      const asked = client.send(new sdk.DescribeTableCommand({ TableName }) as never, { abortSignal })
      const { Table } = (await asked) as { Table?: TableDescription }
      checkKeys(TableName, Table?.KeySchema)
      if (Table?.TableStatus === 'ACTIVE' || Table?.TableStatus === 'UPDATING') return
    }
  }
  try {
    await deadline(realClock, timeoutMs, `table ${TableName}`, make, signal)
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw error
    throw storeError(`table ${TableName}`, error, isAway)
  } finally {
    close()
  }
}

function checkKeys(table: string, found: TableDescription['KeySchema']): void {
  const shown = JSON.stringify(found?.map(k => [k.AttributeName, k.KeyType]))
  if (shown === JSON.stringify(KEYS.map(k => [k.AttributeName, k.KeyType]))) return
  throw new AndonError('ledger-error', `table ${table}: expected keys pk and sk, got ${describe(found)}`)
}
