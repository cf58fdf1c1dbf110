import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/store/database.ts'
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
