export type { PostgresPoolLike, PostgresWhere } from '../postgres/index.ts'
export { type Heartbeat, type HeartbeatOptions, heartbeat } from './heartbeat.ts'
export type {
  Hold,
  HoldKey,
  LeaseCall,
  LeaseStore,
  NewResource,
  PlaceInLine,
  ResourceRecord,
  ResourceState,
  Settlement,
  TakeRequest,
} from './lease-store.ts'
export { memoryLeases } from './memory-leases.ts'
export { type PostgresLeasesOptions, postgresLeases } from './postgres-leases.ts'
export { type SqliteLeasesOptions, sqliteLeases } from './sqlite-leases.ts'
