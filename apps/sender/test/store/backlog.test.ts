import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { trimBacklogs } from '../../src/store/backlog.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const never = new AbortController().signal
const limits = { maxAgeMs: 3_600_000, maxCount: 1500 }

let store: TestStore
let id: string
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query(
    'truncate webhooks.owed_delivery, webhooks.completed_delivery, webhooks.subscription cascade',
  )
  id = (await store.subscribe()).id
})
afterAll(() => store.close())

/** How many deliveries are in each state, for each reason. */
async function tally(): Promise<Readonly<Record<string, number>>> {
  const rows = await store.query(
    `select coalesce(reason, status) as name, count(*)::int as count from webhooks.delivery group by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row['name'], row['count']]))
}

/** Lets the oldest `count` deliveries be `hours` older. */
async function age(count: number, hours: number): Promise<void> {
  await store.query(
    `update webhooks.owed_delivery d set id = webhooks.uuid_v7(created_at - $2::int * interval '1 hour')
     from (select id from webhooks.owed_delivery order by id limit $1) oldest where d.id = oldest.id`,
    [count, hours],
  )
}

async function setState(state: string): Promise<void> {
  await store.query('update webhooks.subscription set state = $1 where id = $2', [state, id])
}

describe('what a subscription is owed', () => {
  test.each<[string, Readonly<Record<string, number>>]>([
    ['active', { pending: 4000 }],
    ['paused', { pending: 1500, backlog_expired: 1200, backlog_full: 1300 }],
    ['disabled', { pending: 1500, backlog_expired: 1200, backlog_full: 1300 }],
  ])('while it is %s', async (state, expected) => {
    await store.owe(id, 4000)
    await age(1200, 2)
    await setState(state)
    await trimBacklogs(store.database.pool, limits, never)
    expect(await tally()).toEqual(expected)
  })

  test('is canceled when it is deleted, whatever it was', async () => {
    await store.owe(id, 2001)
    await store.query(`update webhooks.subscription set state = 'paused', deleted_at = now() where id = $1`, [
      id,
    ])
    await trimBacklogs(store.database.pool, limits, never)
    expect(await tally()).toEqual({ subscription_deleted: 2001 })
  })

  test('is kept as far as the limits go, the newest of it', async () => {
    await store.owe(id, 1502)
    const newest = await store.query('select id from webhooks.owed_delivery order by id desc limit 1500')
    await setState('paused')
    await trimBacklogs(store.database.pool, limits, never)
    expect(await store.query('select id from webhooks.owed_delivery order by id desc')).toEqual(newest)
  })

  test('is not canceled while an attempt is under way or another has it locked', async () => {
    await store.owe(id, 10)
    await age(10, 2)
    await store.query(
      `update webhooks.owed_delivery set lease_id = gen_random_uuid(), lease_until = now() + interval '1 minute'
       where id = (select id from webhooks.owed_delivery order by id limit 1)`,
    )
    await setState('paused')
    const holder = await store.database.pool.connect()
    await holder.query('begin')
    await holder.query('select from webhooks.owed_delivery order by id desc limit 1 for update')
    await trimBacklogs(store.database.pool, limits, never)
    await holder.query('rollback')
    holder.release()
    expect(await tally()).toEqual({ pending: 2, backlog_expired: 8 })
  })

  test('stays when it is stopped', async () => {
    await store.owe(id, 2000)
    await setState('paused')
    await trimBacklogs(store.database.pool, limits, AbortSignal.abort())
    expect(await tally()).toEqual({ pending: 2000 })
  })
})
