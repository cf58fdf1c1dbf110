import { Client, type Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const all = ['0001_initial.sql']

let database: TestDatabase
let pool: Pool

beforeAll(async () => {
  database = await createTestDatabase()
  pool = open(database.connectionString)
})
beforeEach(() => pool.query('drop schema if exists webhooks cascade'))
afterAll(async () => {
  await pool.end()
  await database.drop()
})

function open(connectionString: string): Pool {
  return openDatabase({ connectionString }).pool
}

async function names(statement: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(statement)
  return rows.map(({ name }) => name)
}

const tables = `select relname as name from pg_class where relnamespace = to_regnamespace('webhooks') and relkind = 'r' order by 1`
const functions = `select proname as name from pg_proc where pronamespace = to_regnamespace('webhooks') order by 1`

test('an empty database gets every migration, once', async () => {
  expect(await migrate(pool)).toEqual(all)
  expect(await names('select name from webhooks.migration')).toEqual(all)
  expect(await names(tables)).toEqual([
    'account',
    'api_key',
    'attempt',
    'delivery',
    'event',
    'migration',
    'subscription',
    'subscription_secret',
  ])
  expect(await migrate(pool)).toEqual([])
})

test('processes that migrate at the same time take turns', async () => {
  const pools = Array.from({ length: 8 }, () => open(database.connectionString))
  const applied = await Promise.all(pools.map(migrate))
  await Promise.all(pools.map((one) => one.end()))
  expect(applied.filter((names) => names.length > 0)).toEqual([all])
})

test('a database that a newer sender migrated is refused and left as it is', async () => {
  await migrate(pool)
  await pool.query("insert into webhooks.migration (name) values ('9999_future.sql')")
  await expect(migrate(pool)).rejects.toThrow(
    'The database has migration 9999_future.sql, which this version of the sender does not know. Run a newer sender.',
  )
  expect(await names('select name from webhooks.migration order by 1')).toEqual([...all, '9999_future.sql'])
})

test('a migration that fails is undone, says why, and can be repeated', async () => {
  await pool.query('create schema webhooks; create table webhooks.delivery ()')
  await expect(migrate(pool)).rejects.toMatchObject({
    message: 'Migration 0001_initial.sql failed and was undone',
    cause: { message: 'relation "delivery" already exists' },
  })
  expect(await names(tables)).toEqual(['delivery', 'migration'])
  expect(await names(functions)).toEqual([])
  await pool.query('drop table webhooks.delivery')
  expect(await migrate(pool)).toEqual(all)
})

test('a connection lost during a migration is reported as that, and another process can go on', async () => {
  await pool.query(
    'create schema webhooks; create table webhooks.migration (name text primary key, applied_at timestamptz)',
  )
  const blocker = new Client({ connectionString: database.connectionString })
  await blocker.connect()
  await blocker.query('begin; lock table webhooks.migration in share mode')
  const migrating = migrate(pool).catch((error: unknown) => error)
  await eventually(async () => {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where wait_event_type = 'Lock' and query like 'insert into webhooks.migration%'`,
    )
    return rowCount === 1
  })
  expect(await migrating).toMatchObject({
    message: 'Migration 0001_initial.sql failed and was undone',
    cause: { message: 'terminating connection due to administrator command' },
  })
  await blocker.end()
  expect(await migrate(pool)).toEqual(all)
})

test('a role that may not create anything starts on a database that is up to date', async () => {
  await migrate(pool)
  const role = `app_${new URL(database.connectionString).pathname.slice(1)}`
  await pool.query(
    `create role ${role} login password 'app'; grant usage on schema webhooks to ${role}; grant select on all tables in schema webhooks to ${role}`,
  )
  const url = new URL(database.connectionString)
  url.username = role
  url.password = 'app'
  const limited = open(url.href)
  const applied = await migrate(limited)
  await limited.end()
  await pool.query(`drop owned by ${role}; drop role ${role}`)
  expect(applied).toEqual([])
})
