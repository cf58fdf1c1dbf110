import type { PostgresServer } from './postgres-server.ts'

/** Does to all records of a store's table what the passing of time would. */
export async function ageRecords(server: PostgresServer, table: string, ms: number): Promise<void> {
  const interval = `interval '1 millisecond' * ${ms}`
  await server.query(
    `update ${table} set leased_until = leased_until - ${interval}, forget_at = forget_at - ${interval}`,
  )
}
