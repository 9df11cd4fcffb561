export { type OpenSqliteOptions, openSqliteFile, type SqliteFile } from './open-sqlite-file.ts'
export { isAway, isBusy, isDamaged } from './sqlite-errors.ts'
export { type SqliteStore, type SqliteStoreOptions, sqliteStore } from './sqlite-store.ts'
