import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillLog } from '../../scale/log/fill.ts'
import { chooseRange } from '../../src/domain/statistics-range.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { foldStatistics } from '../../src/store/fold-statistics.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createStatisticsStore } from '../../src/store/read-statistics.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import type { Row } from '../support/test-store.ts'
import { normalized, recount } from './support/recount-statistics.ts'

const own = join(import.meta.dirname, '../../src/store/migrations')
const DAY_MS = 86_400_000

let testDatabase: TestDatabase
let database: Database
let older: string

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openDatabase({ connectionString: testDatabase.connectionString })
  older = await mkdtemp(join(tmpdir(), 'migrations-'))
  const names = (await readdir(own)).filter((name) => name < '0009')
  await Promise.all(names.map((name) => copyFile(join(own, name), join(older, name))))
}, 60_000)
afterAll(async () => {
  await rm(older, { recursive: true })
  await database.close()
  await testDatabase.drop()
})

test('a log that was there before is counted, and what comes into it meanwhile is counted once', async () => {
  const { pool, db } = database
  await migrate(pool, { directory: older })
  await fillLog(pool, 2000, () => undefined)
  const statistics = (await readdir(own)).find((name) => name.includes('statistics'))
  await copyFile(join(own, statistics!), join(older, statistics!))
  await migrate(pool, { directory: older })
  await pool.query(COMPLETE)
  await migrate(pool)
  while (await foldStatistics(pool)) continue

  const { rows } = await pool.query<{ id: string }>('select id from webhooks.account')
  const accountId = rows[0]!.id
  const query = async (text: string, values: readonly unknown[] = []) =>
    (await pool.query<Row>(text, [...values])).rows
  const now = new Date()
  for (const days of [1, 29]) {
    const chosen = chooseRange({ since: new Date(now.getTime() - days * DAY_MS) }, now)
    if (chosen.kind !== 'range') throw new Error(chosen.kind)
    const { buckets } = await createStatisticsStore(db).overTime(accountId, {}, chosen.range)
    const expected = await recount({ accountId, query }, {}, chosen.range)
    expect(normalized(buckets)).toEqual(expected)
    expect(expected.some(({ deliveries }) => deliveries.succeeded > 0)).toBe(true)
  }
}, 120_000)

/** What a sender does between the two migrations. */
const COMPLETE = `
  with done as (
    delete from webhooks.owed_delivery where id in (select id from webhooks.owed_delivery order by id limit 20) returning *
  )
  insert into webhooks.completed_delivery
    (id, account_id, subscription_id, event_key, event_id, event, is_test, status, attempt_count, failure_count, created_at, completed_at)
  select id, account_id, subscription_id, event_key, event_id, event, is_test, 'succeeded', 1, 0, created_at, now() from done`
