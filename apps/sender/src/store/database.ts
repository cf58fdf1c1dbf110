import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { databaseName } from './connection-string.ts'
import type { Tables } from './tables.ts'

/** Where the database is and how much of it to use. */
export interface DatabaseOptions {
  readonly connectionString: string
  /** Connections at most. Default 10. */
  readonly maxConnections?: number
  /** Which part of the sender uses them, as `pg_stat_activity` shows it. */
  readonly usedBy?: string
  /** A statement that takes longer is canceled, in milliseconds. Default: none is. */
  readonly statementTimeoutMs?: number
  /** A statement that waits for a lock for longer fails, in milliseconds. Default: it waits. */
  readonly lockTimeoutMs?: number
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

const SILENCE_MS = 5000
// A process of ours that hangs, or vanished without a word, must not keep its locks.
const IDLE_IN_TRANSACTION_MS = 15_000
const MIN_VERSION = 15

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 10,
    application_name: ['complywise-sender', options.usedBy].filter(Boolean).join(' '),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(options.lockTimeoutMs !== undefined && { lock_timeout: options.lockTimeoutMs }),
    ...(options.statementTimeoutMs !== undefined && {
      statement_timeout: options.statementTimeoutMs,
      // A server that vanished without a word cancels nothing.
      query_timeout: options.statementTimeoutMs + SILENCE_MS,
    }),
  })
  // Without a listener, a connection that breaks would end the process: an idle one through the pool, and one that
  // is between two statements of a transaction by itself; there, the next statement is what fails.
  pool.on('error', (error) => options.onConnectionError?.(error))
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema('webhooks')
  return { pool, db, close: () => db.destroy() }
}

/**
 * Makes a first connection, and makes sure that the server is new enough and the database can hold every text.
 *
 * @throws {Error} that names the database, without user and password, and says what is wrong or has that as its cause.
 */
export async function checkDatabase(pool: Pool): Promise<void> {
  const name = databaseName(pool.options.connectionString ?? '')
  const { encoding, version, versionNumber } = await readServer(pool).catch((cause: unknown) => {
    throw new Error(`Could not connect to the database ${name}`, { cause })
  })
  const tooOld = describeOldVersion(version, versionNumber)
  if (tooOld !== undefined) throw new Error(`The database ${name} ${tooOld}`)
  // In any other, a character of an event or of an error message may be one that cannot be stored.
  if (encoding === 'UTF8') return
  throw new Error(
    `The database ${name} has the encoding ${encoding}. Use one made with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
  )
}

/** What is wrong with a server of that version, or `undefined`. `versionNumber` is as in `server_version_num`. */
export function describeOldVersion(version: string, versionNumber: number): string | undefined {
  if (versionNumber >= MIN_VERSION * 10_000) return undefined
  return `runs on PostgreSQL ${version}. The sender needs ${MIN_VERSION} or newer.`
}

interface Server {
  readonly encoding: string
  readonly version: string
  readonly versionNumber: number
}

async function readServer(pool: Pool): Promise<Server> {
  const { rows } = await pool.query<Server>(
    `select current_setting('server_encoding') as encoding, current_setting('server_version') as version,
       current_setting('server_version_num')::int as "versionNumber"`,
  )
  if (rows[0] === undefined) throw new Error('It did not say which server it is')
  return rows[0]
}
