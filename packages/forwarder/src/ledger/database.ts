import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { LedgerError } from './ledger-error.ts'
import { migrations } from './schema.ts'

/** An open file, and how to write to it beside other processes. */
export interface Database {
  readonly connection: DatabaseSync
  /**
   * Runs `work` in a transaction once no other process writes. Waiting does not block the process.
   *
   * @throws {LedgerError} `ledger_busy` after 5 s.
   */
  readonly write: <Result>(work: () => Result, durable: boolean) => Promise<Result>
}

// As long as a request may take to be answered by most senders, half of it.
const patienceMs = 5000

/**
 * Opens or creates a ledger's file, readable by its owner only, and brings its schema up to date.
 *
 * @throws {LedgerError} `ledger_unusable`, `ledger_newer`.
 */
export function openDatabase(path: string): Database {
  let connection: DatabaseSync | undefined
  try {
    restrict(path)
    connection = new DatabaseSync(path)
    connection.exec('PRAGMA busy_timeout = 5000')
    connection.exec('PRAGMA journal_mode = WAL')
    connection.exec('PRAGMA foreign_keys = ON')
    connection.exec('PRAGMA synchronous = FULL')
    migrate(connection, path)
    // From here on waiting is done without blocking; this is for the moments in which even readers have to wait.
    connection.exec('PRAGMA busy_timeout = 100')
  } catch (error) {
    connection?.close()
    if (error instanceof LedgerError) throw error
    const message = `The ledger ${path} cannot be opened: its folder has to exist and be writable, and the file has to be a ledger.`
    throw new LedgerError('ledger_unusable', message, { cause: error })
  }
  const opened = connection
  return { connection: opened, write: (work, durable) => whenFree(opened, path, work, durable) }
}

/** A ledger tells who failed which control: nobody else on the machine may read it. */
function restrict(path: string): void {
  if (path === ':memory:') return
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

function migrate(connection: DatabaseSync, path: string): void {
  const version = versionOf(connection)
  if (version > migrations.length) {
    const message = `The ledger ${path} was written by a later version (its schema is ${version}, this program knows ${migrations.length}): run that version again, or a newer one.`
    throw new LedgerError('ledger_newer', message)
  }
  if (version === migrations.length) return
  connection.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have done it meanwhile.
    const current = versionOf(connection)
    for (const migration of migrations.slice(current)) connection.exec(migration)
    if (current < migrations.length) connection.exec(`PRAGMA user_version = ${migrations.length}`)
    connection.exec('COMMIT')
  } catch (error) {
    connection.exec('ROLLBACK')
    throw error
  }
}

function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version'])
}

async function whenFree<Result>(
  connection: DatabaseSync,
  path: string,
  work: () => Result,
  durable: boolean,
): Promise<Result> {
  const waitsUntil = performance.now() + patienceMs
  for (;;) {
    try {
      return transact(connection, work, durable)
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() >= waitsUntil) {
        const message = `Other processes kept writing to the ledger ${path} for ${patienceMs / 1000} s.`
        throw new LedgerError('ledger_busy', message, { cause: error })
      }
    }
    await new Promise<void>((resolve) => {
      // Not in step with other processes.
      setTimeout(resolve, 1 + Math.random() * 9)
    })
  }
}

function transact<Result>(connection: DatabaseSync, work: () => Result, durable: boolean): Result {
  connection.exec('PRAGMA busy_timeout = 0')
  if (!durable) connection.exec('PRAGMA synchronous = NORMAL')
  try {
    connection.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      connection.exec('COMMIT')
      return result
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK')
      throw error
    }
  } finally {
    if (!durable) connection.exec('PRAGMA synchronous = FULL')
    connection.exec('PRAGMA busy_timeout = 100')
  }
}

/** `SQLITE_BUSY` and its kinds. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === 5
  )
}
