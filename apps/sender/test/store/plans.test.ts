import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trimBacklogs } from '../../src/store/backlog.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { createEventStore } from '../../src/store/events.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { explain, type PlanMode, readsOf, rowsRead } from './support/plans.ts'
import { failed, succeeded } from './support/settlements.ts'

const PENDING = 100_000
const LANES = 200
const IN_FLIGHT = 64
const ROOM = 64
const LEASE_MS = 600_000
const EVENTS = 20_000

let store: TestStore
let long: string
let others: readonly string[]

// One lane with a large backlog, part of it under attempt, beside 200 small ones, and a day full of events.
beforeAll(async () => {
  store = await openTestStore()
  long = (await store.subscribe()).id
  await store.query(
    `insert into webhooks.subscription (account_id, url, events)
     select $1, 'https://example.com', '{scan.*}' from generate_series(1, $2::int)`,
    [store.accountId, LANES],
  )
  const rows = await store.query('select id from webhooks.subscription where id <> $1', [long])
  others = rows.map((row) => row['id'])
  await store.query(
    `insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
     select webhooks.uuid_v7(), $1, gen_random_uuid(), 'scan.completed', now(), '{}', 0, now() from generate_series(1, $2::int)`,
    [store.accountId, EVENTS],
  )
  await store.query(
    `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, failure_count, due_at, created_at)
     select webhooks.uuid_v7(), $1, case when n <= $3 then $2::uuid else ($4::uuid[])[n % $5::int + 1] end,
       e.ids[n % cardinality(e.ids) + 1], gen_random_uuid(), 'scan.completed', (n % 10 = 0)::int,
       now() - interval '1 hour' + n * interval '1 millisecond', now()
     from (select array_agg(id) as ids from webhooks.event) e, generate_series(1, $3::int + 10 * $5::int) n`,
    [store.accountId, long, PENDING, others, LANES],
  )
  await store.query(
    'analyze webhooks.owed_delivery, webhooks.completed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription',
  )
  await store.queue.claim([{ subscriptionId: long, room: IN_FLIGHT, retryRoom: IN_FLIGHT / 2 }], LEASE_MS)
}, 60_000)
afterAll(() => store.close())

const modes: readonly PlanMode[] = ['force_custom_plan', 'force_generic_plan']

test('a claim changes no index: the new versions of its rows stay on their pages', async () => {
  const database = openDatabase({ connectionString: store.connectionString, maxConnections: 1 })
  const { pool } = database
  await pool.query('begin')
  await createDeliveryQueue(pool, store.encryptionKeys).claim(
    [{ subscriptionId: long, room: 500, retryRoom: 250 }],
    LEASE_MS,
  )
  const { rows } = await pool.query(
    `select pg_stat_get_xact_tuples_updated(id)::int as updated, pg_stat_get_xact_tuples_hot_updated(id)::int as heap_only
     from (select 'webhooks.owed_delivery'::regclass::oid as id)`,
  )
  await pool.query('rollback')
  await database.close()
  expect(rows).toEqual([{ updated: 500, heap_only: 500 }])
})

describe.each(modes)('with %s', (mode) => {
  test('a claim reads the heads of its lanes along the index, however long they are', async () => {
    const asked = [long, ...others.slice(0, 31)]
    const nodes = await explain(store.connectionString, mode, async (pool) => {
      const queue = createDeliveryQueue(pool, store.encryptionKeys)
      const { deliveries } = await queue.claim(
        asked.map((subscriptionId) => ({
          subscriptionId,
          room: subscriptionId === long ? ROOM : 1,
          retryRoom: ROOM / 2,
        })),
        LEASE_MS,
      )
      await queue.release(deliveries)
      expect(deliveries).toHaveLength(ROOM + 31)
    })
    const reads = readsOf(nodes, 'owed_delivery')
    expect(new Set(reads.map((node) => node['Node Type']))).not.toContain('Seq Scan')
    expect(Math.max(...reads.map(rowsRead))).toBeLessThanOrEqual(IN_FLIGHT + ROOM + 31)
    const indexes = reads.map((node) => node['Index Name']).filter((name) => name !== undefined)
    expect(new Set(indexes)).toEqual(new Set(['owed_delivery_lane', 'owed_delivery_pkey']))
    const events = readsOf(nodes, 'event')
    expect(events.map((node) => node['Node Type'])).toEqual(['Index Scan'])
    expect(events.map(rowsRead)[0]).toBeLessThanOrEqual(2 * (ROOM + 31))
  })

  test('a claim of a lane in strict order, and of one that is probed, reads one row', async () => {
    const [ordered = '', probed = ''] = others.slice(-2)
    await store.query('update webhooks.subscription set is_ordered = true where id = $1', [ordered])
    await store.query('update webhooks.subscription set is_probing = true where id = $1', [probed])
    const nodes = await explain(store.connectionString, mode, async (pool) => {
      const queue = createDeliveryQueue(pool, store.encryptionKeys)
      const lanes = [ordered, probed].map((subscriptionId) => ({
        subscriptionId,
        room: ROOM,
        retryRoom: ROOM,
      }))
      const { deliveries } = await queue.claim(lanes, LEASE_MS)
      await queue.release(deliveries)
      expect(deliveries).toHaveLength(2)
    })
    const reads = readsOf(nodes, 'owed_delivery')
    expect(new Set(reads.map((node) => node['Node Type']))).not.toContain('Seq Scan')
    expect(Math.max(...reads.map(rowsRead))).toBeLessThanOrEqual(4)
  })

  test('settling finds each row by its key', async () => {
    const { deliveries } = await store.queue.claim(
      [{ subscriptionId: long, room: 100, retryRoom: 50 }],
      LEASE_MS,
    )
    const nodes = await explain(store.connectionString, mode, async (pool) => {
      const queue = createDeliveryQueue(pool, store.encryptionKeys)
      await queue.extend(deliveries, LEASE_MS)
      await queue.settle(
        deliveries.map((delivery, index) =>
          index % 2 === 0 ? succeeded(delivery) : failed(delivery, { retryInMs: 60_000 }),
        ),
      )
    })
    const reads = readsOf(nodes, 'owed_delivery')
    expect(new Set(reads.map((node) => node['Index Name']))).toEqual(new Set(['owed_delivery_pkey']))
    expect(Math.max(...reads.map(rowsRead))).toBeLessThanOrEqual(100)
    await store.query(
      'update webhooks.subscription set is_probing = false, held_until = null, consecutive_failures = 0',
    )
  })

  test('the search for waiting lanes reads a few rows of each lane', async () => {
    const nodes = await explain(store.connectionString, mode, (pool) =>
      createDeliveryQueue(pool, store.encryptionKeys).findWaitingLanes(),
    )
    const reads = readsOf(nodes, 'owed_delivery')
    expect(new Set(reads.map((node) => node['Node Type']))).not.toContain('Seq Scan')
    expect(Math.max(...reads.map(rowsRead))).toBeLessThanOrEqual(LANES + 1)
  })

  test('publishing reads the account’s subscriptions and looks its event_id up, however many there are', async () => {
    const eventId = crypto.randomUUID()
    const event = { accountId: store.accountId, event: 'audit.started', data: {}, eventId }
    const nodes = await explain(store.connectionString, mode, async (pool) => {
      const events = createEventStore(pool)
      await events.publish(event)
      await events.publish(event)
    })
    for (const table of ['event', 'event_identity', 'account']) {
      const reads = readsOf(nodes, table)
      expect(reads.length).toBeGreaterThan(0)
      expect(reads.map(rowsRead).filter((count) => count > 1)).toEqual([])
    }
  })

  test('trimming backlogs looks past no more than a backlog may hold', async () => {
    await store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [long])
    const nodes = await explain(store.connectionString, mode, (pool) =>
      trimBacklogs(pool, { maxAgeMs: 86_400_000, maxCount: 5000 }, AbortSignal.abort()),
    )
    const reads = readsOf(nodes, 'owed_delivery')
    expect(new Set(reads.map((node) => node['Node Type']))).not.toContain('Seq Scan')
    expect(Math.max(...reads.map(rowsRead))).toBeLessThanOrEqual(5001)
    await store.query(`update webhooks.subscription set state = 'active' where id = $1`, [long])
  })
})
