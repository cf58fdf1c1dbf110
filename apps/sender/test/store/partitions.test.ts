import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { DAYS_AHEAD, dropOldestDay, ensurePartitions } from '../../src/store/partitions.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { succeeded } from './support/settlements.ts'

const RETENTION_DAYS = 30
const never = new AbortController().signal

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.close())

/** Makes the partitions of the day that many days ago, with one event that has two deliveries, one completed. */
async function makeDay(daysAgo: number): Promise<string> {
  const eventId = randomUUID()
  await store.query(`select webhooks.ensure_partitions((now() at time zone 'UTC')::date - $1::int)`, [
    daysAgo,
  ])
  await store.query(
    `with stored as (
       insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
       values (webhooks.uuid_v7(now() - $1::int * interval '1 day'), $2, $3, 'scan.completed', now(), '{}', 2, now())
       returning *
     ), identity as (
       insert into webhooks.event_identity select account_id, event_id, id from stored
     ), owed as (
       insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
       select webhooks.uuid_v7(now() - $1::int * interval '1 day'), account_id, gen_random_uuid(), id, event_id, event, now(), now()
       from stored
     ), completed as (
       insert into webhooks.completed_delivery (id, account_id, subscription_id, event_key, event_id, event, is_test, status,
         attempt_count, failure_count, created_at, completed_at)
       select webhooks.uuid_v7(now() - $1::int * interval '1 day'), account_id, gen_random_uuid(), id, event_id, event, false,
         'succeeded', 1, 0, now(), now()
       from stored returning id
     )
     insert into webhooks.attempt (delivery_id, number, started_at, duration_ms, outcome)
     select id, 1, now(), 1, 'succeeded' from completed`,
    [daysAgo, store.accountId, eventId],
  )
  return eventId
}

/** How many days ago the days are of which there are partitions, attached or not, with how many. */
async function days(): Promise<Readonly<Record<string, number>>> {
  const rows = await store.query(
    `select (now() at time zone 'UTC')::date - to_date(right(relname, 8), 'YYYYMMDD') as ago, count(*)::int as count
     from pg_class where relnamespace = 'webhooks'::regnamespace and relkind = 'r' and relname ~ '_[0-9]{8}$' group by 1`,
  )
  return Object.fromEntries(rows.map((row) => [String(row['ago']), row['count']]))
}

async function partitionsAhead(): Promise<readonly string[]> {
  const rows = await store.query(
    `select relname from pg_class where relnamespace = 'webhooks'::regnamespace and relkind = 'r' and relname ~ '_[0-9]{8}$'`,
  )
  return rows.map((row) => row['relname'])
}

const ahead = Object.fromEntries(Array.from({ length: DAYS_AHEAD + 1 }, (_, day) => [String(-day), 3]))
ahead['0'] = ahead['-0'] ?? 3
delete ahead['-0']

async function eventIds(table: string): Promise<readonly string[]> {
  return (await store.query(`select event_id from webhooks.${table}`)).map((row) => row['event_id'])
}

describe('partitions', () => {
  test('are there for today and a week ahead', async () => {
    expect(await days()).toEqual(ahead)
    await Promise.all([ensurePartitions(store.database.pool), ensurePartitions(store.database.pool)])
    expect(await days()).toEqual(ahead)
  })

  test('are made by 8 processes at once, and once each', async () => {
    for (const table of await partitionsAhead()) await store.query(`drop table webhooks.${table}`)
    await Promise.all(Array.from({ length: 8 }, () => ensurePartitions(store.database.pool)))
    expect(await days()).toEqual(ahead)
  })
})

describe('days that are no longer kept', () => {
  test('are dropped one by one, the oldest first, with all that belongs to them', async () => {
    const gone = [await makeDay(33), await makeDay(31)]
    const kept = await makeDay(30)
    const drop = () => dropOldestDay(store.database.pool, RETENTION_DAYS, never)
    expect(await drop()).toBe('dropped')
    expect(await days()).toEqual({ ...ahead, 30: 3, 31: 3 })
    expect(await drop()).toBe('dropped')
    expect(await drop()).toBe('none')
    expect(await days()).toEqual({ ...ahead, 30: 3 })
    for (const table of ['event', 'event_identity', 'owed_delivery', 'completed_delivery']) {
      expect(await eventIds(table)).toEqual([kept])
    }
    expect(await store.query('select from webhooks.attempt')).toHaveLength(1)
    expect(gone).not.toContain(kept)
  })

  test('take what is owed of their events with them: it is canceled as expired, and that stays in the log', async () => {
    const eventId = await makeDay(31)
    const { id } = await store.subscribe()
    await store.query(
      `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
       select webhooks.uuid_v7(), account_id, $1, id, event_id, event, now(), now() from webhooks.event`,
      [id],
    )
    await dropOldestDay(store.database.pool, RETENTION_DAYS, never)
    expect(
      await store.query('select event_id, status, reason from webhooks.delivery where subscription_id = $1', [
        id,
      ]),
    ).toEqual([{ event_id: eventId, status: 'canceled', reason: 'expired' }])
  })

  test('leave an event_id that was published again since to the new event', async () => {
    const eventId = await makeDay(31)
    await store.query('delete from webhooks.event_identity')
    const again = { accountId: store.accountId, event: 'scan.completed', data: {}, eventId }
    expect(await store.events.publish(again)).toMatchObject({ isNew: true })
    await dropOldestDay(store.database.pool, RETENTION_DAYS, never)
    expect(await store.events.publish(again)).toMatchObject({ isNew: false })
  })

  test('are left when it is stopped, and dropped by the next call', async () => {
    await makeDay(31)
    expect(await dropOldestDay(store.database.pool, RETENTION_DAYS, AbortSignal.abort())).toBe('busy')
    expect(await dropOldestDay(store.database.pool, RETENTION_DAYS, never)).toBe('dropped')
  })

  test.each<[string, (day: string) => readonly string[]]>([
    [
      'its events were detached',
      (day) => [`alter table webhooks.event detach partition webhooks.event_${day}`],
    ],
    ['its events were dropped', (day) => [`drop table webhooks.event_${day}`]],
    [
      'its log was detached',
      (day) => [
        `drop table webhooks.event_${day}`,
        `alter table webhooks.completed_delivery detach partition webhooks.completed_delivery_${day} concurrently`,
      ],
    ],
    [
      'only its attempts were left',
      (day) => [`drop table webhooks.event_${day}`, `drop table webhooks.completed_delivery_${day}`],
    ],
  ])('are dropped after a crash when %s', async (_name, statements) => {
    await makeDay(31)
    const [row] = await store.query(
      `select to_char((now() at time zone 'UTC')::date - 31, 'YYYYMMDD') as day`,
    )
    for (const statement of statements(row?.['day'])) await store.query(statement)
    expect(await dropOldestDay(store.database.pool, RETENTION_DAYS, never)).toBe('dropped')
    expect(await days()).toEqual(ahead)
    expect(await eventIds('owed_delivery')).toEqual([])
  })
})

describe('while a transaction stays open that has read the log', () => {
  test('a day stays, nobody waits, and it goes when the transaction has ended', async () => {
    await makeDay(31)
    const { id } = await store.subscribe()
    const reader = await store.database.pool.connect()
    await reader.query('begin isolation level repeatable read')
    await reader.query('select from webhooks.event, webhooks.attempt, webhooks.completed_delivery limit 1')
    const dropping = dropOldestDay(store.database.pool, RETENTION_DAYS, never)
    await eventually(async () => {
      const [row] = await store.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)
      return row !== undefined
    })
    await store.publish(5)
    const lanes = [{ subscriptionId: id, room: 9, retryRoom: 9 }]
    const { deliveries } = await store.queue.claim(lanes, 60_000)
    expect((await store.queue.settle(deliveries.map(succeeded))).ids.size).toBe(5)
    await store.query(`select webhooks.ensure_partitions((now() at time zone 'UTC')::date + 20)`)
    expect(await dropping).toBe('busy')
    expect(await dropOldestDay(store.database.pool, RETENTION_DAYS, never)).toBe('busy')
    await reader.query('commit')
    reader.release()
    expect(await dropOldestDay(store.database.pool, RETENTION_DAYS, never)).toBe('dropped')
    expect(await days()).toEqual({ ...ahead, '-20': 3 })
  })
})

describe('under load', () => {
  test('days are dropped while others publish, claim and settle, and nothing fails', async () => {
    for (let day = 31; day < 37; day += 1) await makeDay(day)
    const { id } = await store.subscribe()
    const isDone = new AbortController()
    let published = 0
    async function publish(): Promise<void> {
      while (!isDone.signal.aborted) {
        await store.events.publishAll(
          store.accountId,
          Array.from({ length: 10 }, () => ({
            accountId: store.accountId,
            event: 'scan.completed',
            data: {},
          })),
        )
        published += 10
      }
    }
    async function dispatch(): Promise<void> {
      const queue = createDeliveryQueue(store.database.pool, store.encryptionKeys)
      while (!isDone.signal.aborted) {
        const { deliveries } = await queue.claim([{ subscriptionId: id, room: 20, retryRoom: 20 }], 60_000)
        await queue.settle(deliveries.map(succeeded))
        await store.deliveries.list(store.accountId, {}, { limit: 5 })
      }
    }
    async function drop(): Promise<void> {
      await eventually(
        () => dropOldestDay(store.database.pool, RETENTION_DAYS, never).then((done) => done === 'none'),
        30_000,
      )
      isDone.abort()
    }
    await Promise.all([publish(), publish(), dispatch(), dispatch(), drop()])
    expect(await days()).toEqual(ahead)
    const [row] = await store.query(
      'select count(*)::int as count from webhooks.delivery where subscription_id = $1',
      [id],
    )
    expect(row).toEqual({ count: published })
  })
})
