import { WebhookError } from '../../errors.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

// Less than the time a receiver gives a store.
const patienceMs = 3000

/**
 * Runs `work` once no other process writes, and no transaction of the program's own is open on this connection: what the
 * store does must not be undone with it. Waiting does not block the process.
 *
 * @throws {WebhookError} `store_unusable` when a transaction stays open for 3 s. A database that is locked for as long
 * makes it throw SQLite's own error.
 */
export async function whenFree<Result>(database: SqliteDatabase, work: () => Result): Promise<Result> {
  const waitsUntil = performance.now() + patienceMs
  for (;;) {
    const isLast = performance.now() >= waitsUntil
    if (!isInTransaction(database)) {
      try {
        return work()
      } catch (error) {
        if (isLast || !isBusy(error)) throw error
      }
    } else if (isLast) {
      const message =
        'A transaction stays open on the database of the store: end it, or give the store a connection of its own.'
      throw new WebhookError('store_unusable', message)
    }
    await new Promise<void>((resolve) => {
      // Not in step with other processes.
      setTimeout(resolve, 1 + Math.random() * 9)
    })
  }
}

/** Whether a transaction is open; `undefined` where the database does not tell. */
export function isInTransaction(database: SqliteDatabase): boolean | undefined {
  return database.isTransaction ?? database.inTransaction
}

/** `SQLITE_BUSY` and its kinds, as `node:sqlite` or as the others say it. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('errcode' in error && typeof error.errcode === 'number') return (error.errcode & 0xff) === 5
  return 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
