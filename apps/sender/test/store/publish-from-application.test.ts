import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const docs = readFileSync(new URL('../../../../docs/publishing.md', import.meta.url), 'utf8')
const [grants = '', transaction = ''] = Array.from(docs.matchAll(/```sql\n([\s\S]*?)```/g), ([, sql]) => sql)

const role = `app_${randomBytes(4).toString('hex')}`
let store: TestStore
let url: URL

beforeAll(async () => {
  store = await openTestStore()
  await store.subscribe({ events: ['compliance.*'] })
  await store.query(`create role ${role} login password 'app'`)
  await store.query(grants.replaceAll(/\bapp\b/g, role))
  await store.query(`
    create schema app authorization ${role};
    create table app.control (id text, status text);
    alter table app.control owner to ${role};
    insert into app.control values ('CC6.1', 'passed')`)
  url = new URL(store.connectionString)
  url.username = role
  url.password = 'app'
})
afterAll(async () => {
  await store.query(`drop owned by ${role} cascade; drop role ${role}`)
  await store.close()
})

/** Runs SQL in a process that knows nothing of the sender, with the application's role. */
async function runApplication(sql: string): Promise<string> {
  const program = `
    import { Client } from 'pg'
    const client = new Client({ connectionString: process.env.APP_DATABASE_URL })
    await client.connect()
    await client.query('set search_path = app')
    try {
      const results = await client.query(process.env.APP_SQL)
      const rows = [results].flat().flatMap((result) => result.rows)
      console.log(JSON.stringify(rows))
    } catch (error) {
      console.log(error.code + ' ' + error.message)
    }
    await client.end()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(import.meta.dirname, '../..'),
    env: { APP_DATABASE_URL: url.href, APP_SQL: sql },
  })
  return stdout.trim()
}

const published = transaction.replace('0195a3c2-0000-7a41-b3c5-1f2e3d4c5b6a', '$ACCOUNT')

async function state() {
  const [row] = await store.query(`
    select (select status from app.control) as status, (select count(*)::int from webhooks.event) as events,
      (select count(*)::int from webhooks.owed_delivery) as deliveries`)
  return row
}

test('an application publishes in its own transaction, with the rights that the documentation names', async () => {
  const rolledBack = published.replace('$ACCOUNT', store.accountId).replace('commit', 'rollback')
  expect(JSON.parse(await runApplication(rolledBack))).toMatchObject([{ delivery_count: 1, is_new: true }])
  expect(await state()).toEqual({ status: 'passed', events: 0, deliveries: 0 })
  expect(JSON.parse(await runApplication(published.replace('$ACCOUNT', store.accountId)))).toMatchObject([
    { delivery_count: 1, is_new: true },
  ])
  expect(await state()).toEqual({ status: 'failed', events: 1, deliveries: 1 })
})

test.each([
  'select * from webhooks.event',
  'select * from webhooks.subscription_secret',
  'delete from webhooks.owed_delivery',
  "insert into webhooks.account (name) values ('x')",
  'select webhooks.ensure_partitions(current_date + 100)',
])('and may do nothing else: %s', async (sql) => {
  expect(await runApplication(sql)).toMatch(/^42501 permission denied for (table|function) /)
})
