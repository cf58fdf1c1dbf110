import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ledgerErrorOf, primaryCode } from './ledger-error-of.ts'
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

const sqliteBusy = 5
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
    throw ledgerErrorOf(path, error)
  }
  const opened = connection
  return { connection: opened, write: (work, durable) => whenFree(opened, path, work, durable) }
}

/**
 * Opens a ledger's file to read it: changes neither the file nor its mode nor its schema, and works on a copy that cannot be
 * written to.
 *
 * @throws {LedgerError} `ledger_unusable`, `ledger_newer`.
 */
export function openReadOnly(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined
  try {
    connection = connectReadOnly(path)
    const version = versionOf(connection)
    if (version > migrations.length) throw newer(path, version)
    if (version === migrations.length) return connection
    const message = `The file ${path} is no ledger, or one of an earlier version, which serve brings up to date.`
    throw new LedgerError('ledger_unusable', message)
  } catch (error) {
    connection?.close()
    throw ledgerErrorOf(path, error)
  }
}

function connectReadOnly(path: string): DatabaseSync {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { readOnly: true })
    connection.exec('PRAGMA busy_timeout = 5000')
    // The first that reads anything.
    versionOf(connection)
    return connection
  } catch (error) {
    connection?.close()
    const isOfFolder = [sqliteReadOnly, sqliteCannotOpen].includes(primaryCode(error) ?? 0)
    if (!isOfFolder || !isWhole(path)) throw error
    // To read beside a writer SQLite needs files beside it. Where none can be made, nobody writes.
    const url = pathToFileURL(path)
    url.searchParams.set('immutable', '1')
    return new DatabaseSync(url, { readOnly: true })
  }
}

const sqliteReadOnly = 8
const sqliteCannotOpen = 14

/** Whether the file is there, and has all that was written: nothing waits in the one beside it. */
function isWhole(path: string): boolean {
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return isThere && (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** A ledger tells who failed which control: nobody else on the machine may read it. */
function restrict(path: string): void {
  if (path === ':memory:') return
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

function migrate(connection: DatabaseSync, path: string): void {
  const version = versionOf(connection)
  if (version > migrations.length) throw newer(path, version)
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

function newer(path: string, version: number): LedgerError {
  const message = `The ledger ${path} was written by a later version (its schema is ${version}, this program knows ${migrations.length}): run that version again, or a newer one.`
  return new LedgerError('ledger_newer', message)
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
      if (primaryCode(error) !== sqliteBusy) throw error
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
