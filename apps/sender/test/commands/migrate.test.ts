import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { type CliResult, runCli } from '../support/cli.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openDatabase(testDatabase)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

function migrate(...args: readonly string[]): Promise<CliResult> {
  return runCli(['migrate', ...args], {
    env: {
      DATABASE_URL: testDatabase.connectionString,
      SENDER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    },
  })
}

test('a dry run lists what would be applied and changes nothing; a run applies it once', async () => {
  const planned = await migrate('--dry-run', '--json')
  expect([planned.exitCode, planned.stderr]).toEqual([0, ''])
  const { would_apply: names, unknown } = JSON.parse(planned.stdout)
  expect(names[0]).toBe('0001_accounts_and_subscriptions.sql')
  expect(unknown).toEqual([])
  const { rows } = await database.pool.query("select to_regnamespace('webhooks') as schema")
  expect(rows).toEqual([{ schema: null }])

  expect((await migrate('--dry-run')).stdout).toBe(
    names.map((name: string) => `Would apply ${name}\n`).join(''),
  )
  expect(await migrate('--json')).toEqual({
    exitCode: 0,
    stdout: `${JSON.stringify({ applied: names })}\n`,
    stderr: '',
  })
  for (const args of [[], ['--dry-run']]) {
    expect(await migrate(...args)).toEqual({
      exitCode: 0,
      stdout: 'The database is up to date.\n',
      stderr: '',
    })
  }

  await database.pool.query("insert into webhooks.migration (name) values ('9999_of_tomorrow.sql')")
  expect(await migrate('--dry-run')).toEqual({
    exitCode: 1,
    stdout: 'Unknown 9999_of_tomorrow.sql: the database is newer than this sender; run a newer one.\n',
    stderr: '',
  })
  expect(await migrate()).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/Run a newer sender\.\n$/),
  })
})

test('a command migrates a new database, and leaves one that is behind to sender migrate', async () => {
  const other = await createTestDatabase()
  const opened = openDatabase(other)
  const env = {
    DATABASE_URL: other.connectionString,
    SENDER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }
  expect((await runCli(['keys', 'create', '--role', 'admin'], { env })).exitCode).toBe(0)
  const { rows } = await opened.pool.query(
    'delete from webhooks.migration where name = (select max(name) from webhooks.migration) returning name',
  )
  const refused = await runCli(['keys', 'list'], { env })
  const { rowCount } = await opened.pool.query('select from webhooks.migration where name = $1', [
    rows[0].name,
  ])
  await opened.close()
  await other.drop()
  expect([refused, rowCount]).toEqual([
    {
      exitCode: 1,
      stdout: '',
      stderr: `The database does not have migration ${rows[0].name} yet. Run: sender migrate\n`,
    },
    0,
  ])
})
