import process from 'node:process'
import { WebhookError } from '../../errors.ts'

/**
 * What the store needs of a database: `DatabaseSync` of `node:sqlite` has it, and `Database` of better-sqlite3 and of
 * `bun:sqlite`. SQLite 3.38 or later.
 */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  /** Whether a transaction is open, as `node:sqlite` says it. */
  readonly isTransaction?: boolean
  /** Whether a transaction is open, as the others say it. */
  readonly inTransaction?: boolean
}

/** A prepared statement. */
export interface SqliteStatement {
  all(...values: (string | number)[]): readonly unknown[]
}

/** A database, and what is different when the store has opened it itself. */
export interface OpenedDatabase {
  readonly database: SqliteDatabase
  /** Runs `work` with what it commits, and all that was committed before, on the disk when it returns. */
  readonly durably: <Result>(work: () => Result) => Result
  readonly close: () => void
}

/**
 * Opens or creates a file that several processes may have open. What they commit survives them; only what is committed
 * durably survives a power cut. A statement that meets another process's lock throws at once.
 *
 * @param schema made in it, which several processes may be doing at the same time.
 * @throws {WebhookError} `store_unusable` when the runtime has no SQLite, or the file cannot be opened.
 */
export function openDatabase(path: string, schema: string): OpenedDatabase {
  // Not a plain import: a runtime without it can still be given a database.
  const sqlite = process.getBuiltinModule('node:sqlite')
  if (!sqlite) {
    const message = 'This runtime has no node:sqlite: use Node 22.13 or later, or give an open database.'
    throw new WebhookError('store_unusable', message)
  }
  try {
    const database = new sqlite.DatabaseSync(path)
    database.exec('PRAGMA busy_timeout = 5000')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec(schema)
    database.exec('PRAGMA synchronous = NORMAL')
    database.exec('PRAGMA busy_timeout = 0')
    return { database, durably: (work) => durably(database, work), close: () => database.close() }
  } catch (error) {
    throw new WebhookError('store_unusable', `The database ${path} cannot be opened.`, { cause: error })
  }
}

/** Takes a database as it is: how durable its commits are is its own setting. */
export function givenDatabase(database: SqliteDatabase): OpenedDatabase {
  return { database, durably: (work) => work(), close() {} }
}

function durably<Result>(database: SqliteDatabase, work: () => Result): Result {
  database.exec('PRAGMA synchronous = FULL')
  try {
    return work()
  } finally {
    database.exec('PRAGMA synchronous = NORMAL')
  }
}
