// @ts-expect-error -- only Bun has its types
import { Database } from 'bun:sqlite'
// For Bun, which has a SQLite of its own.
import process from 'node:process'
import { type SqliteDatabase, sqliteStore } from '../../packages/webhooks/src/stores/sqlite/index.ts'
import { runStoreContract, sqliteExceptions } from './run-store-contract.ts'

const path = process.argv[2]!
const other = open()
const outcome = await runStoreContract({
  open: async () => sqliteStore({ database: open() }),
  breakStore: () => void other.exec('BEGIN EXCLUSIVE'),
  repairStore: () => void other.exec('ROLLBACK'),
  exceptions: sqliteExceptions,
})
console.log(JSON.stringify(outcome))

function open(): SqliteDatabase {
  const database: SqliteDatabase = new Database(path)
  database.exec('PRAGMA journal_mode = WAL')
  return database
}
