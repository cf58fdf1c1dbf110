export { sqliteStore } from './sqlite-store.ts'
export type { SqliteStore, SqliteStoreOptions } from './sqlite-store.ts'
export type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
