/** A `Pool`, `PoolClient` or `Client` of the package `pg`, and all that has its `query`. */
export interface PgClient {
  query(text: string, values: (string | number)[]): PromiseLike<{ readonly rows: readonly Row[] }>
}

/** The `sql` of the package `postgres` (postgres.js), or that of a transaction. */
export interface PostgresJsClient {
  unsafe(text: string, values: (string | number)[]): PromiseLike<readonly Row[]>
}

/**
 * A client of either package; `unsafe` tells them apart. An ORM's transaction takes part through a function of one line:
 *
 * @example
 * await store.join(context, { query: async (text, values) => ({ rows: await tx.$queryRawUnsafe(text, ...values) }) })
 */
export type PostgresClient = PgClient | PostgresJsClient

/** Columns are one lower-case word each: some clients are set up to rename others. */
export type Row = Readonly<Record<string, unknown>>

/** Runs one statement, never a prepared one, so a connection may be another's the next moment (pgbouncer). */
export async function queryRows(
  client: PostgresClient,
  text: string,
  values: readonly (string | number)[],
): Promise<readonly Row[]> {
  return 'unsafe' in client ? client.unsafe(text, [...values]) : (await client.query(text, [...values])).rows
}
