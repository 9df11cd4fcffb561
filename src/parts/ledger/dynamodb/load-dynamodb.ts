import { missingPackage } from '../../../core/missing-package.ts'
import { portOption, textOption } from '../../../core/options.ts'

/** What is used of a client of `@aws-sdk/client-dynamodb`. */
export interface DynamoDBClientLike {
  /** Its commands are the SDK's own, whose types are not ours to know. */
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy?(): void
}

/** Which DynamoDB, and which table of it. */
export interface DynamoDbWhere {
  /** Made by `createDynamoDbLedgerTable`, or like that. */
  readonly table: string
  /** Default: a client of its own, made at the first use, with the SDK's defaults. One that is given stays open. */
  readonly client?: DynamoDBClientLike
  /** For a client of its own. Default: the SDK's. */
  readonly region?: string
  readonly endpoint?: string
}

/** Checks them by field. Source of the rule for names: API_CreateTable. */
export function readWhere(where: DynamoDbWhere): void {
  textOption('table', where.table)
  if (where.client !== undefined) portOption('client', where.client, ['send'])
  if (where.region !== undefined) textOption('region', where.region)
  if (where.endpoint !== undefined) textOption('endpoint', where.endpoint)
}

/** The SDK, which is an optional peer. Rejects with `missing-package` and the line to type. */
export async function loadDynamoDb() {
  try {
    return await import('@aws-sdk/client-dynamodb')
  } catch (cause) {
    throw missingPackage('@aws-sdk/client-dynamodb', cause)
  }
}

export type DynamoDbSdk = Awaited<ReturnType<typeof loadDynamoDb>>

/** The SDK and a client: the one that was given, or one of our own, which `close` ends. */
export interface Connection {
  readonly sdk: DynamoDbSdk
  readonly client: DynamoDBClientLike
  close(): void
}

export async function connect({ client, region, endpoint }: DynamoDbWhere): Promise<Connection> {
  const sdk = await loadDynamoDb()
  if (client) return { sdk, client, close() {} }
  const own = new sdk.DynamoDBClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  return { sdk, client: own, close: () => own.destroy() }
}
