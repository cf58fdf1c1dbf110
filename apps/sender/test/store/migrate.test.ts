import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { migrate, planMigrations } from '../../src/store/migrate.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const all = (await readdir(join(import.meta.dirname, '../../src/store/migrations'))).toSorted()

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

const tables = `select relname as name from pg_class where relnamespace = to_regnamespace('webhooks') and relkind in ('r', 'p') order by 1`
const functions = `select proname as name from pg_proc where pronamespace = to_regnamespace('webhooks') order by 1`

test('an empty database gets every migration, once', async () => {
  expect(await migrate(pool)).toEqual(all)
  expect(await names('select name from webhooks.migration')).toEqual(all)
  expect(await names(tables)).toEqual(
    expect.arrayContaining(['account', 'attempt', 'event', 'migration', 'owed_delivery', 'subscription']),
  )
  expect(await migrate(pool)).toEqual([])
})

test('processes that migrate at the same time take turns', async () => {
  const pools = Array.from({ length: 8 }, () => open(database.connectionString))
  const applied = await Promise.all(pools.map((one) => migrate(one)))
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
  await pool.query('create schema webhooks; create table webhooks.api_key ()')
  await expect(migrate(pool)).rejects.toMatchObject({
    message: `Migration ${all[0]} failed and was undone`,
    cause: { message: 'relation "api_key" already exists' },
  })
  expect(await names(tables)).toEqual(['api_key', 'migration'])
  expect(await names(functions)).toEqual([])
  await pool.query('drop table webhooks.api_key')
  expect(await migrate(pool)).toEqual(all)
})

test('a connection lost during a migration is reported as that, and another process can go on', async () => {
  await pool.query(
    'create schema webhooks; create table webhooks.migration (name text primary key, applied_at timestamptz, is_additive boolean)',
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
    message: `Migration ${all[0]} failed and was undone`,
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

describe('a program with migrations of its own', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'complywise-migrations-'))
    await add('0001_first.sql', 'create table webhooks.thing (id int)')
    return () => rm(directory, { recursive: true })
  })

  async function add(name: string, statements: string): Promise<void> {
    await writeFile(join(directory, name), `${statements};\n`)
  }

  const ofNewer = `insert into webhooks.migration (name, is_additive) values ('9999_newer.sql', $1)`

  test('starts against a database that a newer one only added to', async () => {
    await add('0002_second.sql', '-- additive\ncreate table webhooks.another (id int)')
    await migrate(pool, { directory })
    const applied = await pool.query('select name, is_additive from webhooks.migration order by name')
    expect(applied.rows).toEqual([
      { name: '0001_first.sql', is_additive: false },
      { name: '0002_second.sql', is_additive: true },
    ])
    await rm(join(directory, '0002_second.sql'))
    expect(await migrate(pool, { directory })).toEqual([])
  })

  test.each([
    ['in another line', 'create table webhooks.another (id int);\n-- additive'],
    ['as a part of a line', '-- additive, more or less\ncreate table webhooks.another (id int)'],
  ])('does not start when the newer one says so only %s', async (_name, statements) => {
    await add('0002_second.sql', statements)
    await migrate(pool, { directory })
    await rm(join(directory, '0002_second.sql'))
    await expect(migrate(pool, { directory })).rejects.toThrow('The database has migration 0002_second.sql')
  })

  test('still applies its own after one that it does not know', async () => {
    await migrate(pool, { directory })
    await pool.query(ofNewer, [true])
    await add('0002_second.sql', 'create table webhooks.another (id int)')
    expect(await migrate(pool, { directory })).toEqual(['0002_second.sql'])
  })

  test('lets others pass while it waits for a lock, and goes on when it is free', async () => {
    await migrate(pool, { directory })
    await add('0002_second.sql', 'alter table webhooks.thing add column name text')
    const reader = new Client({ connectionString: database.connectionString })
    await reader.connect()
    await reader.query('begin; select from webhooks.thing')
    const migrating = migrate(pool, { directory, lockTimeoutMs: 50, pauseMs: 50 })
    await eventually(async () => {
      const { rowCount } = await pool.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)
      return rowCount === 1
    })
    for (let count = 0; count < 5; count += 1) await pool.query('insert into webhooks.thing values (1)')
    await reader.query('commit')
    await reader.end()
    expect(await migrating).toEqual(['0002_second.sql'])
  })

  test('gives up in the end, and changes nothing', async () => {
    await migrate(pool, { directory })
    await add(
      '0002_second.sql',
      'create table webhooks.another (id int); alter table webhooks.thing add column name text',
    )
    const reader = new Client({ connectionString: database.connectionString })
    await reader.connect()
    await reader.query('begin; select from webhooks.thing')
    await expect(migrate(pool, { directory, lockTimeoutMs: 10, pauseMs: 1, maxTries: 3 })).rejects.toThrow(
      'Migration 0002_second.sql was given up: other transactions hold what it has to change.',
    )
    await reader.end()
    expect(await names(tables)).toEqual(['migration', 'thing'])
  })
})

test('a plan names what is missing and what cannot be worked with', async () => {
  expect(await planMigrations(pool)).toEqual({ missing: all, unknown: [] })
  await migrate(pool)
  await pool.query(
    `insert into webhooks.migration values ('9998_a.sql', now(), true), ('9999_b.sql', now(), false)`,
  )
  expect(await planMigrations(pool)).toEqual({ missing: [], unknown: ['9999_b.sql'] })
})
