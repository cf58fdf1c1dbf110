export { postgresStore } from './postgres-store.ts'
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts'
export type { PgClient, PostgresClient, PostgresJsClient } from './postgres-client.ts'
export { postgresSchema } from './schema.ts'
