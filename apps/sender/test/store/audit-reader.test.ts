import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuditReader } from '../../src/store/audit-reader.ts'
import type { Tables } from '../../src/store/tables.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { explain, type PlanMode, readsOf, rowsRead } from './support/plans.ts'

const ENTRIES = 50_000

let store: TestStore
// Three entries of one subscription, the oldest of a long trail.
beforeAll(async () => {
  store = await openTestStore()
  await store.query(
    `insert into webhooks.audit_entry (account_id, number, at, actor, action, target, details, previous_hash, hash)
     select $1, n + 1, now(), 'key:1', 'subscription.changed', 'subscription:' || case when n <= 3 then 0 else n end, '{}',
       sha256(''), sha256('') from generate_series(1, $2::int) n`,
    [store.accountId, ENTRIES],
  )
  await store.query('analyze webhooks.audit_entry')
}, 60_000)
afterAll(() => store.close())

const modes: readonly PlanMode[] = ['force_custom_plan', 'force_generic_plan']

test.each(modes)('the trail of one target is read without that of others: %s', async (mode) => {
  const seen: number[] = []
  const nodes = await explain(store.connectionString, mode, async (pool) => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema('webhooks')
    const entries = await createAuditReader(db).list(store.accountId, { limit: 20, target: 'subscription:0' })
    seen.push(...entries.map(({ number }) => number))
  })
  expect(seen).toEqual([4, 3, 2])
  const read = readsOf(nodes, 'audit_entry').map(rowsRead)
  expect(read).toEqual([3])
})
