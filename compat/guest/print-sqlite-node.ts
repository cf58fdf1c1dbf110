// For the runtimes with `node:sqlite`.
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { sqliteStore } from '../../packages/webhooks/src/stores/sqlite/index.ts'
import { runStoreContract, sqliteExceptions } from './run-store-contract.ts'

const path = process.argv[2]!
const other = new DatabaseSync(path)
const outcome = await runStoreContract({
  open: async () => sqliteStore({ path }),
  breakStore: () => other.exec('BEGIN EXCLUSIVE'),
  repairStore: () => other.exec('ROLLBACK'),
  exceptions: sqliteExceptions,
})
console.log(JSON.stringify(outcome))
