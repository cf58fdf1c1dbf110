import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseRange } from '../../src/domain/statistics-range.ts'
import { foldStatistics } from '../../src/store/fold-statistics.ts'
import { createStatisticsStore } from '../../src/store/read-statistics.ts'
import type { StatisticsStore } from '../../src/store/statistics.ts'
import type { Tables } from '../../src/store/tables.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { explain, type PlanMode, type PlanNode, readsOf, rowsRead } from './support/plans.ts'

const COMPLETED = 30_000
const PENDING = 30_000
const MAX_PENDING = 1000
const DAYS = 20

let store: TestStore
let busy: string
let quiet: readonly string[]

// One subscription has all of the log and of the queue; ten others have had one delivery each, weeks ago.
beforeAll(async () => {
  store = await openTestStore()
  busy = (await store.subscribe()).id
  quiet = await Promise.all(Array.from({ length: 10 }, async () => (await store.subscribe()).id))
  await store.query(
    `select webhooks.ensure_partitions((now() at time zone 'UTC')::date - n) from generate_series(0, $1::int) n`,
    [DAYS],
  )
  const complete = `
    insert into webhooks.completed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, is_test, status, attempt_count, failure_count, created_at, completed_at)
    select webhooks.uuid_v7(at), $1, lane, gen_random_uuid(), gen_random_uuid(), 'scan.completed', false, 'succeeded', 1, 0, at, at
    from unnest($2::uuid[]) as lane, lateral (
      select now() - $3::interval + n * ($4::interval / $5::int) as at from generate_series(1, $5::int) n
    ) instant`
  await store.query(complete, [store.accountId, quiet, `${DAYS - 1} days`, '1 hour', 1])
  await store.query(complete, [store.accountId, [busy], '2 days', '2 days', COMPLETED])
  await store.owe(busy, PENDING)
  while (await foldStatistics(store.database.pool)) continue
  await store.query('analyze')
}, 120_000)
afterAll(() => store.close())

const modes: readonly PlanMode[] = ['force_custom_plan', 'force_generic_plan']

function plansOf(mode: PlanMode, use: (statistics: StatisticsStore) => Promise<unknown>) {
  return explain(store.connectionString, mode, async (pool) => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    await use(createStatisticsStore(db, { maxPending: MAX_PENDING }))
  })
}

function readOf(nodes: readonly PlanNode[], table: string): number {
  return readsOf(nodes, table).reduce((sum, node) => sum + rowsRead(node), 0)
}

function typesOf(nodes: readonly PlanNode[], table: string): ReadonlySet<string> {
  return new Set(readsOf(nodes, table).map((node) => node['Node Type']))
}

describe.each(modes)('with %s', (mode) => {
  test.each([
    { name: 'of all', filter: () => ({}) },
    { name: 'of a busy subscription', filter: () => ({ subscriptionId: busy }) },
    { name: 'of a quiet one', filter: () => ({ subscriptionId: quiet[0]! }) },
    { name: 'of a type that there is none of', filter: () => ({ event: 'scan.failed' }) },
  ])(
    'statistics over time $name read one sum for each minute, and no more of the queue than they may',
    async ({ filter }) => {
      const chosen = chooseRange({}, new Date())
      if (chosen.kind !== 'range') throw new Error(chosen.kind)
      const nodes = await plansOf(mode, (statistics) =>
        statistics.overTime(store.accountId, filter(), chosen.range),
      )
      expect(typesOf(nodes, 'owed_delivery')).toEqual(new Set(['Index Scan']))
      expect(readOf(nodes, 'owed_delivery')).toBeLessThanOrEqual(MAX_PENDING)
      expect(typesOf(nodes, 'statistics')).not.toContain('Seq Scan')
      expect(readOf(nodes, 'statistics')).toBeLessThanOrEqual(24 * 60 + 15)
      expect(readsOf(nodes, 'completed_delivery')).toEqual([])
    },
  )

  test('statistics over time of another account’s subscription read nothing of the queue, and tell nothing of it', async () => {
    const chosen = chooseRange({}, new Date())
    if (chosen.kind !== 'range') throw new Error(chosen.kind)
    const { accountId } = await store.apiKeys.create('globex', 'admin')
    const nodes = await plansOf(mode, async (statistics) => {
      const { isExact } = await statistics.overTime(accountId, { subscriptionId: busy }, chosen.range)
      expect(isExact).toBe(true)
    })
    expect(readOf(nodes, 'owed_delivery')).toBe(0)
  })

  test('the newest delivery of a subscription is found at the end of an index, however quiet it is', async () => {
    const ids = [busy, ...quiet]
    const nodes = await plansOf(mode, async (statistics) => {
      const all = await statistics.ofSubscriptions(store.accountId, ids, new Date())
      expect(all.map(({ lastDelivery }) => lastDelivery?.status)).toEqual([
        'pending',
        ...quiet.map(() => 'succeeded'),
      ])
    })
    expect(typesOf(nodes, 'completed_delivery')).not.toContain('Seq Scan')
    expect(readOf(nodes, 'completed_delivery')).toBeLessThanOrEqual(ids.length * (DAYS + 8))
    expect(typesOf(nodes, 'owed_delivery')).not.toContain('Seq Scan')
    expect(readOf(nodes, 'owed_delivery')).toBeLessThanOrEqual(MAX_PENDING + 2 * ids.length)
  })
})
