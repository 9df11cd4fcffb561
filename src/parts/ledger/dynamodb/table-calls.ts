import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { deadline } from '../../../core/abort.ts'
import type { Clock } from '../../../core/clock.ts'
import { closedError, storeError } from '../refusals.ts'
import { isAway, isRefused } from './dynamodb-errors.ts'
import { type Connection, connect, type DynamoDbSdk, type DynamoDbWhere } from './load-dynamodb.ts'
import { type StoreClock, storeClock } from './store-clock.ts'

export type Item = Record<string, AttributeValue>

/** Where an item stands. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

/** A condition with what it names. */
export interface Terms {
  readonly condition?: string
  readonly values?: Item
  /** For names that are reserved words there. */
  readonly names?: Record<string, string>
}

export interface RangeOptions {
  /** Default: all. */
  readonly limit?: number
  /** Default: with all their attributes. */
  readonly keysOnly?: boolean
}

/** The few calls of one table. Every read is strongly consistent. */
export interface TableCalls {
  readonly time: StoreClock
  get(key: Key, signal?: AbortSignal): Promise<Item | undefined>
  /** Rejects with the SDK's error (see `isRefused`) when the condition does not hold; so does `update`. */
  put(key: Key, item: Item, terms: Terms, signal?: AbortSignal): Promise<void>
  update(key: Key, expression: string, terms: Terms, signal?: AbortSignal): Promise<void>
  /** Items whose sort key is from `from` to `to`, both included, in order. */
  range(pk: string, from: string, to: string, signal?: AbortSignal, options?: RangeOptions): AsyncIterable<Item>
  /** Deletes what is in the range. */
  clear(pk: string, from: string, to: string, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Requests in one BatchWriteItem. Source: API_BatchWriteItem. */
const BATCH = 25

export interface TableCallsOptions {
  readonly where: DynamoDbWhere
  readonly timeoutMs: number
  readonly clock: Clock
}

export function tableCalls({ where, timeoutMs, clock }: TableCallsOptions): TableCalls {
  const { table: TableName } = where
  const time = storeClock(() => clock.monotonic())
  let connecting: Promise<Connection> | undefined
  let closed = false

  const connection = (): Promise<Connection> => {
    connecting ??= connect(where)
    connecting.catch(() => {
      connecting = undefined
    })
    return connecting
  }
  const send = async <T>(make: (sdk: DynamoDbSdk) => object, signal: AbortSignal | undefined): Promise<T> => {
    signal?.throwIfAborted()
    if (closed) throw closedError()
    try {
      const { sdk, client } = await connection()
      const command = timed(make(sdk), time, clock)
      const asked = (abortSignal: AbortSignal) => client.send(command as never, { abortSignal })
      return (await deadline(clock, timeoutMs, 'DynamoDB', asked, signal)) as T
    } catch (error) {
      if (isRefused(error) || (signal?.aborted && error === signal.reason)) throw error
      throw storeError(`ledger in DynamoDB table ${TableName}`, error, isAway)
    }
  }
  const range: TableCalls['range'] = async function* (
    pk,
    from,
    to,
    signal,
    { limit = Number.POSITIVE_INFINITY, keysOnly } = {},
  ) {
    let left = limit
    for (let start: Item | undefined; left > 0; ) {
      const input = {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
        ...(start && { ExclusiveStartKey: start }),
        ...(keysOnly && { ProjectionExpression: 'pk, sk' }),
        ...(Number.isFinite(left) && { Limit: left }),
      }
      const page = await send<{ Items?: Item[]; LastEvaluatedKey?: Item }>(sdk => new sdk.QueryCommand(input), signal)
      yield* page.Items ?? []
      left -= page.Items?.length ?? 0
      if (!page.LastEvaluatedKey) return
      start = page.LastEvaluatedKey
    }
  }
  const remove = async (keys: Item[], signal: AbortSignal | undefined) => {
    let requests = keys.map(Key => ({ DeleteRequest: { Key } }))
    while (requests.length > 0) {
      const RequestItems = { [TableName]: requests }
      const { UnprocessedItems } = await send<{ UnprocessedItems?: Record<string, typeof requests> }>(
        sdk => new sdk.BatchWriteItemCommand({ RequestItems }),
        signal,
      )
      requests = UnprocessedItems?.[TableName] ?? []
    }
  }

  return {
    time,
    range,
    async get(key, signal) {
      const input = { TableName, Key: keyOf(key), ConsistentRead: true }
      return (await send<{ Item?: Item }>(sdk => new sdk.GetItemCommand(input), signal)).Item
    },
    async put(key, item, terms, signal) {
      const input = { TableName, Item: { ...keyOf(key), ...item }, ...written(terms) }
      await send(sdk => new sdk.PutItemCommand(input), signal)
    },
    async update(key, UpdateExpression, terms, signal) {
      const input = { TableName, Key: keyOf(key), UpdateExpression, ...written(terms) }
      await send(sdk => new sdk.UpdateItemCommand(input), signal)
    },
    async clear(pk, from, to, signal) {
      const keys: Item[] = []
      for await (const key of range(pk, from, to, signal, { keysOnly: true })) {
        keys.push(key)
        if (keys.length === BATCH) await remove(keys.splice(0), signal)
      }
      await remove(keys, signal)
    },
    async close() {
      closed = true
      const last = await connecting?.catch(() => undefined)
      connecting = undefined
      last?.close()
    },
  }
}

const keyOf = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } })

const written = ({ condition, values, names }: Terms) => ({
  ...(names !== undefined && { ExpressionAttributeNames: names }),
  ...(condition !== undefined && { ConditionExpression: condition }),
  ...(values !== undefined && { ExpressionAttributeValues: values }),
})

type Handler = (args: unknown) => Promise<{ response?: unknown }>
interface CommandLike {
  readonly middlewareStack?: {
    add(middleware: (next: Handler) => Handler, options: { step: 'deserialize'; priority: 'low'; name: string }): void
  }
}

/** Reads the Date header of every answer, errors and each try of the SDK's own included. Answers the command. */
function timed(command: object, time: StoreClock, clock: Clock): object {
  ;(command as CommandLike).middlewareStack?.add(
    next => async args => {
      const sent = clock.monotonic()
      const result = await next(args)
      const { headers } = (result.response ?? {}) as { headers?: Record<string, string> }
      time.observe(headers?.date, sent, clock.monotonic())
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'andonLedgerDate' },
  )
  return command
}
