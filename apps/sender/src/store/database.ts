import { Kysely, PostgresDialect, type Generated } from 'kysely'
import { Pool } from 'pg'
import { databaseName } from './connection-string.ts'

/** Where the database is and how much of it to use. */
export interface DatabaseOptions {
  readonly connectionString: string
  /** Connections at most. Default 10. */
  readonly maxConnections?: number
  /** Told of an idle connection that broke; the pool replaces it by itself. */
  readonly onConnectionError?: (error: Error) => void
}

/**
 * The sender's PostgreSQL: one pool, used by Kysely where a query is composed from its filters, and directly
 * where a statement is fixed and hot (claim, settle, publish), because only there can it be prepared by name.
 */
export interface Database {
  readonly pool: Pool
  readonly db: Kysely<Tables>
  close(): Promise<void>
}

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 10,
    application_name: 'complywise-sender',
    connectionTimeoutMillis: 10_000,
  })
  // Without a listener, a connection that breaks would end the process: an idle one through the pool, and one that
  // is between two statements of a transaction by itself; there, the next statement is what fails.
  pool.on('error', (error) => options.onConnectionError?.(error))
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema('webhooks')
  return { pool, db, close: () => db.destroy() }
}

/**
 * Makes a first connection, and makes sure that the database can hold every text.
 *
 * @throws {Error} that names the database, without user and password, and says what is wrong or has that as its cause.
 */
export async function checkDatabase(pool: Pool): Promise<void> {
  const name = databaseName(pool.options.connectionString ?? '')
  const encoding = await readEncoding(pool).catch((cause: unknown) => {
    throw new Error(`Could not connect to the database ${name}`, { cause })
  })
  // In any other, a character of an event or of an error message may be one that cannot be stored.
  if (encoding === 'UTF8') return
  throw new Error(
    `The database ${name} has the encoding ${encoding}. Use one made with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
  )
}

async function readEncoding(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ server_encoding: string }>('show server_encoding')
  return rows[0]?.server_encoding
}

/** The tables that Kysely composes queries on, as the migrations leave them. */
export interface Tables {
  readonly account: AccountTable
  readonly api_key: ApiKeyTable
  readonly subscription: SubscriptionTable
  readonly subscription_secret: SubscriptionSecretTable
  readonly event: EventTable
  readonly delivery: DeliveryTable
  readonly attempt: AttemptTable
}

interface AccountTable {
  readonly id: Generated<string>
  readonly name: string
  readonly created_at: Generated<Date>
}

interface ApiKeyTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly role: 'admin' | 'member' | 'publisher'
  readonly key_hash: Buffer
  readonly created_at: Generated<Date>
  readonly revoked_at: Date | null
}

interface SubscriptionTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly url: string
  readonly events: string[]
  readonly state: Generated<'active' | 'paused' | 'disabled'>
  readonly state_reason: string | null
  readonly held_until: Date | null
  readonly created_at: Generated<Date>
  readonly updated_at: Generated<Date>
  readonly deleted_at: Date | null
}

interface SubscriptionSecretTable {
  readonly id: Generated<string>
  readonly subscription_id: string
  readonly sealed: Buffer
  readonly hint: string
  readonly created_at: Generated<Date>
  readonly expires_at: Date | null
}

interface EventTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly event_id: string
  readonly event: string
  readonly timestamp: Date
  readonly body: Buffer
  readonly delivery_count: number
  readonly created_at: Generated<Date>
}

interface DeliveryTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly subscription_id: string
  readonly event_key: string
  readonly event_id: string
  readonly event: string
  readonly status: DeliveryStatus
  readonly attempt_count: number
  readonly failure_count: number
  readonly due_at: Date | null
  readonly lease_id: string | null
  readonly leased_at: Date | null
  readonly lease_until: Date | null
  readonly last_outcome: string | null
  readonly last_http_status: number | null
  readonly created_at: Generated<Date>
  readonly completed_at: Date | null
}

interface AttemptTable {
  readonly delivery_id: string
  readonly number: number
  readonly started_at: Date
  readonly duration_ms: number
  readonly outcome: string
  readonly http_status: number | null
  readonly response_body: Buffer | null
  readonly detail: string | null
}

/** Where a delivery stands: owed, done, given up after the last attempt, or no longer owed. */
export type DeliveryStatus = 'pending' | 'succeeded' | 'failed' | 'canceled'
