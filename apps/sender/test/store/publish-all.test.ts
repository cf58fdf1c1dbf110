import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { createEventStore, type EventStore, type NewEvent } from '../../src/store/events.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query(
    'truncate webhooks.owed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription cascade',
  )
})
afterAll(() => store.close())

function event(change: Partial<NewEvent> = {}): NewEvent {
  return {
    accountId: store.accountId,
    event: 'scan.completed',
    data: { n: 1 },
    eventId: randomUUID(),
    ...change,
  }
}

async function countEvents(): Promise<number> {
  const [row] = await store.query('select count(*)::int as count from webhooks.event')
  return row?.['count']
}

/** Runs `use` with 8 stores as if each was another process's. */
async function withProcesses<Result>(
  use: (stores: readonly EventStore[]) => Promise<Result>,
): Promise<Result> {
  const databases = Array.from({ length: 8 }, () =>
    openDatabase({ connectionString: store.connectionString, maxConnections: 3 }),
  )
  try {
    return await use(databases.map(({ pool }) => createEventStore(pool)))
  } finally {
    await Promise.all(databases.map((database) => database.close()))
  }
}

describe('a batch', () => {
  test('is answered in its order, with what each event is owed', async () => {
    await store.subscribe({ events: ['scan.*'] })
    await store.subscribe({ events: ['*'] })
    const known = event({ timestamp: new Date(5000) })
    await store.events.publish(known)
    const twice = event()
    const batch = [event(), twice, known, event({ event: 'audit.started' }), twice]
    const answers = await store.events.publishAll(store.accountId, batch)
    expect(answers).toEqual([
      { eventId: batch[0]?.eventId, timestamp: expect.any(Date), deliveryCount: 2, isNew: true },
      { eventId: twice.eventId, timestamp: expect.any(Date), deliveryCount: 2, isNew: true },
      { eventId: known.eventId, timestamp: new Date(5000), deliveryCount: 2, isNew: false },
      { eventId: batch[3]?.eventId, timestamp: expect.any(Date), deliveryCount: 1, isNew: true },
      { eventId: twice.eventId, timestamp: answers[1]?.timestamp, deliveryCount: 2, isNew: false },
    ])
    expect(await countEvents()).toBe(4)
  })

  test('is owed in its order, so that a lane in strict order keeps it', async () => {
    await store.subscribe()
    const batch = Array.from({ length: 50 }, () => event())
    await store.events.publishAll(store.accountId, batch)
    const owed = await store.query('select event_id from webhooks.owed_delivery order by id')
    expect(owed.map((row) => row['event_id'])).toEqual(batch.map(({ eventId }) => eventId))
    const stored = await store.query('select event_id from webhooks.event order by id')
    expect(stored.map((row) => row['event_id'])).toEqual(batch.map(({ eventId }) => eventId))
  })

  test('keeps the traceparent of each event', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await store.events.publishAll(store.accountId, [event({ traceparent }), event()])
    const stored = await store.query('select traceparent from webhooks.event order by id')
    expect(stored).toEqual([{ traceparent }, { traceparent: null }])
  })

  test('with an event that is refused stores nothing', async () => {
    const batch = [event(), event({ data: { a: 'x'.repeat(262_144) } })]
    await expect(store.events.publishAll(store.accountId, batch)).rejects.toMatchObject({ code: '54000' })
    expect(await countEvents()).toBe(0)
  })

  test('of none is none', async () => {
    expect(await store.events.publishAll(store.accountId, [])).toEqual([])
  })

  test('that 8 processes publish at once, each in another order, is published once', async () => {
    await store.subscribe()
    const batch = Array.from({ length: 100 }, () => event())
    const answers = await withProcesses((stores) =>
      Promise.all(
        stores.map((one, index) =>
          one.publishAll(store.accountId, index % 2 === 0 ? batch : batch.toReversed()),
        ),
      ),
    )
    expect(answers.flat().filter(({ isNew }) => isNew)).toHaveLength(100)
    expect(await countEvents()).toBe(100)
  })
})

describe('events published at the same time', () => {
  test('share transactions', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => store.events.publish(event())))
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(200)
    const [row] = await store.query(
      'select count(distinct xmin::text)::int as transactions from webhooks.event',
    )
    expect(row?.['transactions']).toBeLessThan(20)
  })

  test('by 8 processes, each event by all of them, are published once each', async () => {
    await store.subscribe()
    const events = Array.from({ length: 200 }, () => event())
    const answers = await withProcesses((stores) =>
      Promise.all(stores.flatMap((one) => events.map((each) => one.publish(each)))),
    )
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(200)
    expect(await countEvents()).toBe(200)
    const [row] = await store.query('select count(*)::int as count from webhooks.owed_delivery')
    expect(row?.['count']).toBe(200)
  })

  test.each<[string, Partial<NewEvent>, string]>([
    ['too large', { data: { a: 'x'.repeat(262_144) } }, '54000'],
    ['of no account', { accountId: randomUUID() }, '22023'],
    ['of no type', { event: 'scan' }, '22023'],
  ])('do not share the failure of one that is %s', async (_name, change, code) => {
    const events = Array.from({ length: 30 }, (_, index) => event(index === 7 ? change : {}))
    const settled = await Promise.allSettled(events.map((each) => store.events.publish(each)))
    expect(settled.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code } }])
    expect(settled[7]?.status).toBe('rejected')
    expect(await countEvents()).toBe(29)
  })

  test('do not wait for one that another transaction is publishing; that one does', async () => {
    const held = event()
    const holder = await store.database.pool.connect()
    await holder.query('begin')
    await holder.query('select webhooks.publish($1, $2, $3, $4)', [
      store.accountId,
      held.event,
      held.data,
      held.eventId,
    ])
    let isHeld = true
    const waiting = store.events.publish(held).finally(() => {
      isHeld = false
    })
    const others = Array.from({ length: 30 }, () => store.events.publish(event()))
    expect(await Promise.all(others)).toHaveLength(30)
    expect(isHeld).toBe(true)
    await holder.query('commit')
    holder.release()
    expect(await waiting).toMatchObject({ eventId: held.eventId, isNew: false })
  })
})

describe('an event that is no longer kept, but for its event_id', () => {
  test('is new, for one of those who publish it at once', async () => {
    await store.subscribe()
    const old = event()
    await store.query(`insert into webhooks.event_identity values ($1, $2, webhooks.uuid_v7('2020-01-01'))`, [
      store.accountId,
      old.eventId,
    ])
    const answers = await withProcesses((stores) => Promise.all(stores.map((one) => one.publish(old))))
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(new Set(answers.map(({ deliveryCount }) => deliveryCount))).toEqual(new Set([1]))
    expect(await countEvents()).toBe(1)
  })
})

describe('on a day without partitions', () => {
  const PARTITIONS = `select inhrelid::regclass::text as name from pg_inherits
    where inhparent in ('webhooks.event'::regclass, 'webhooks.completed_delivery'::regclass, 'webhooks.attempt'::regclass)`

  beforeEach(async () => {
    const partitions = await store.query(PARTITIONS)
    for (const { name } of partitions) await store.query(`drop table ${name}`)
  })

  test('publishing makes those of that day, and each is made once by 8 processes', async () => {
    await store.subscribe()
    const answers = await withProcesses((stores) =>
      Promise.all(
        stores.flatMap((one) => [one.publish(event()), one.publishAll(store.accountId, [event()])]),
      ),
    )
    expect(answers).toHaveLength(16)
    expect(await countEvents()).toBe(16)
    expect(await store.query(PARTITIONS)).toHaveLength(3)
  })

  test('what was owed before can be settled all the same', async () => {
    const { id } = await store.subscribe()
    await store.owe(id, 1)
    await store.query(`update webhooks.owed_delivery set id = webhooks.uuid_v7(now() - interval '3 days')`)
    await store.publish(1)
    await store.query('update webhooks.owed_delivery set event_key = (select id from webhooks.event)')
    const { deliveries } = await store.queue.claim([{ subscriptionId: id, room: 9, retryRoom: 9 }], 60_000)
    const result = { outcome: 'succeeded', httpStatus: 200, startedAt: new Date(), durationMs: 1 } as const
    const verdict = { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' } as const
    const { ids } = await store.queue.settle(deliveries.map((delivery) => ({ delivery, result, verdict })))
    expect(ids.size).toBe(2)
    await eventually(async () => (await store.query('select from webhooks.completed_delivery')).length === 2)
  })
})
