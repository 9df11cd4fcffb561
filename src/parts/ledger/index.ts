export type { PostgresPoolLike, PostgresWhere } from '../postgres/index.ts'
export { type CreateDynamoDbLedgerTable, createDynamoDbLedgerTable } from './dynamodb/create-table.ts'
export { type DynamoDbLedgerOptions, dynamoDbLedger } from './dynamodb/dynamodb-ledger.ts'
export type { DynamoDBClientLike, DynamoDbWhere } from './dynamodb/load-dynamodb.ts'
export type {
  Ledger,
  LedgerAnswer,
  LedgerAppend,
  LedgerCall,
  LedgerEntry,
  LedgerEvent,
  LedgerPage,
  LedgerSnapshot,
} from './ledger.ts'
export { memoryLedger } from './memory-ledger.ts'
export { type PostgresLedgerOptions, postgresLedger } from './postgres-ledger.ts'
export { type SqliteLedgerOptions, sqliteLedger } from './sqlite-ledger.ts'
