import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** The part of PostgreSQL's JSON plans that is looked at. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

const PENDING = 200_000
const IN_FLIGHT = 64
const ROOM = 64

let store: TestStore
let subscriptionId: string

// One lane with a large backlog, part of it under attempt, beside small lanes and a long log.
beforeAll(async () => {
  store = await openTestStore()
  const { id } = await store.subscribe()
  subscriptionId = id
  const others = await Promise.all(Array.from({ length: 20 }, () => store.subscribe()))
  await store.publish(1)
  await store.query(
    `insert into webhooks.delivery (account_id, subscription_id, event_key, event_id, event, due_at)
     select $1, $2, e.id, e.event_id, e.event, now() - interval '1 hour' + n * interval '1 millisecond'
     from webhooks.event e, generate_series(1, $3) n`,
    [store.accountId, subscriptionId, PENDING],
  )
  await store.query(
    `insert into webhooks.delivery (account_id, subscription_id, event_key, event_id, event, status, due_at, completed_at)
     select $1, o.id, e.id, e.event_id, e.event, 'succeeded', null, now()
     from webhooks.event e, unnest($2::uuid[]) o (id), generate_series(1, 500)`,
    [store.accountId, others.map((other) => other.id)],
  )
  await store.query('analyze webhooks.delivery, webhooks.event, webhooks.subscription')
  await store.queue.claim([{ subscriptionId, room: IN_FLIGHT }], 60_000)
}, 60_000)
afterAll(() => store.close())

/** Explains the prepared statement of that name, with the plan for any values or the one for these. */
async function explain(
  mode: 'force_generic_plan' | 'force_custom_plan',
  prepare: 'claim' | 'find-waiting-lanes',
) {
  const database = openDatabase({ connectionString: store.connectionString, maxConnections: 1 })
  const { pool } = database
  const queue = createDeliveryQueue(pool, store.encryptionKey)
  await pool.query(`set plan_cache_mode = ${mode}`)
  await pool.query('begin')
  if (prepare === 'claim') await queue.claim([{ subscriptionId: crypto.randomUUID(), room: 1 }], 1)
  else await queue.findWaitingLanes()
  const values =
    prepare === 'claim' ? `('{${subscriptionId}}', '{${ROOM}}', '${crypto.randomUUID()}', 60000)` : ''
  const { rows } = await pool.query(`explain (analyze, format json) execute "${prepare}"${values}`)
  await pool.query('rollback')
  await database.close()
  return flatten(rows[0]['QUERY PLAN'][0]['Plan'])
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}

function rowsRead(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
}

const modes = ['force_custom_plan', 'force_generic_plan'] as const

test('a claim changes no index: the new versions of its rows stay on their pages', async () => {
  const database = openDatabase({ connectionString: store.connectionString, maxConnections: 1 })
  const { pool } = database
  await pool.query('begin')
  await createDeliveryQueue(pool, store.encryptionKey).claim([{ subscriptionId, room: 500 }], 60_000)
  const { rows } = await pool.query(
    `select pg_stat_get_xact_tuples_updated(id)::int as updated, pg_stat_get_xact_tuples_hot_updated(id)::int as heap_only
     from (select 'webhooks.delivery'::regclass::oid as id)`,
  )
  await pool.query('rollback')
  await database.close()
  expect(rows).toEqual([{ updated: 500, heap_only: 500 }])
})

test.each(modes)(
  'with %s, a claim reads the head of its lane along the index, however long the lane is',
  async (mode) => {
    const nodes = await explain(mode, 'claim')
    const reads = nodes.filter(
      (node) => node['Relation Name'] === 'delivery' && node['Node Type'].includes('Scan'),
    )
    expect(new Set(reads.map((node) => node['Node Type']))).not.toContain('Seq Scan')
    const head = reads.find((node) => node['Rows Removed by Filter'] === IN_FLIGHT)
    expect(head).toMatchObject({ 'Index Name': 'delivery_lane', 'Actual Rows': ROOM })
    expect(Math.max(...nodes.map(rowsRead))).toBeLessThanOrEqual(IN_FLIGHT + ROOM)
  },
)

test.each(modes)('with %s, the search for waiting lanes reads one row of each lane', async (mode) => {
  const nodes = await explain(mode, 'find-waiting-lanes')
  const reads = nodes.filter((node) => node['Relation Name'] === 'delivery')
  expect(reads.map((node) => node['Index Name'])).toEqual(reads.map(() => 'delivery_lane'))
  expect(reads.map(rowsRead).reduce((a, b) => a + b)).toBeLessThanOrEqual(1 + 20 + 1)
})
