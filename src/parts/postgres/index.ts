export { isAway, type Statement } from './ask.ts'
export { type Migrations, migrate } from './migrate.ts'
export type { PostgresPoolLike } from './pool.ts'
export {
  type PostgresStore,
  type PostgresStoreOptions,
  type PostgresWhere,
  postgresStore,
  type Run,
} from './postgres-store.ts'
