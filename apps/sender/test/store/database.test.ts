import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, describeOldVersion, openDatabase } from '../../src/store/database.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const errors: Error[] = []
let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { connectionString } = testDatabase
  database = openDatabase({ connectionString, onConnectionError: (error) => errors.push(error) })
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const terminateOthers = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

test('an idle connection that is cut is reported and replaced', async () => {
  await Promise.all([1, 2, 3].map(() => database.pool.query('select pg_sleep(0.05)')))
  const { rowCount } = await database.pool.query(terminateOthers)
  expect(rowCount).toBe(2)
  await eventually(() => errors.length === 2)
  expect(errors.map(({ message }) => message)).toEqual(
    Array.from({ length: 2 }, () => 'terminating connection due to administrator command'),
  )
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('a connection that is cut between two statements of a transaction fails the next one, not the process', async () => {
  const transaction = database.db.transaction().execute(async (tx) => {
    await tx.selectNoFrom((eb) => eb.lit(1).as('one')).execute()
    await database.pool.query(terminateOthers)
    await eventually(async () => (await database.pool.query(terminateOthers)).rowCount === 0)
    await tx.selectNoFrom((eb) => eb.lit(2).as('two')).execute()
  })
  await expect(transaction).rejects.toThrow(/terminat|connection error/)
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

async function readTimeouts({ pool }: Database): Promise<unknown> {
  const { rows } = await pool.query(
    `select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock`,
  )
  return rows[0]
}

test('a transaction in which nothing happens is ended, and one may wait for a lock as long as it was told', async () => {
  const { connectionString } = testDatabase
  const impatient = openDatabase({ connectionString, lockTimeoutMs: 123 })
  expect(await readTimeouts(database)).toEqual({ idle: '15s', lock: '0' })
  expect(await readTimeouts(impatient)).toEqual({ idle: '15s', lock: '123ms' })
  await impatient.close()
})

test.each([
  ['14.18', 140_018, 'runs on PostgreSQL 14.18. The sender needs 15 or newer.'],
  ['9.6.24', 90_624, 'runs on PostgreSQL 9.6.24. The sender needs 15 or newer.'],
  ['15.0', 150_000, undefined],
  ['18.1 (Debian 18.1-1)', 180_001, undefined],
])('PostgreSQL %s', (version, versionNumber, expected) => {
  expect(describeOldVersion(version, versionNumber)).toBe(expected)
})
