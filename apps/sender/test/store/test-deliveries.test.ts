import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClaimedDelivery } from '../../src/store/delivery-queue.ts'
import { giveUpInterruptedTests } from '../../src/store/interrupted-tests.ts'
import { insertRedeliveries } from '../../src/store/redeliveries.ts'
import { createTestDeliveryStore, type TestDeliveryStore } from '../../src/store/test-deliveries.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

let store: TestStore
let tests: TestDeliveryStore
beforeAll(async () => {
  store = await openTestStore()
  const { database, queue, audit, encryptionKeys } = store
  tests = createTestDeliveryStore(database.db, queue, { audit, encryptionKeys })
})
afterAll(() => store.close())

const event = { event: 'webhook.test', data: { note: 'Ünïcödé 😀' } }

function targetOf(id: string) {
  return { accountId: store.accountId, id, actor: 'command:test' }
}

async function claim(id: string, leaseMs = 60_000): Promise<readonly ClaimedDelivery[]> {
  return (await store.queue.claim([{ subscriptionId: id, room: 5, retryRoom: 5 }], leaseMs)).deliveries
}

async function statusOf(id: string | undefined): Promise<string> {
  const [row] = await store.query('select status from webhooks.delivery where id = $1', [id])
  return row?.['status']
}

/** A delivery as the log has it, once for each of its attempts. */
async function logOf(id: string | undefined): Promise<readonly Row[]> {
  return await store.query(
    `select d.status, d.reason, d.attempt_count, d.last_outcome, a.number, a.outcome from webhooks.delivery d
     join webhooks.attempt a on a.delivery_id = d.id where d.id = $1 order by a.number`,
    [id],
  )
}

test('a test is leased from the beginning, so that no dispatcher claims it', async () => {
  const { id } = await store.subscribe()
  const delivery = await tests.begin(targetOf(id), event, 60_000)
  expect(JSON.parse(Buffer.from(delivery?.body ?? []).toString())).toEqual({
    event: 'webhook.test',
    event_id: delivery?.eventId,
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: event.data,
  })
  expect(await claim(id)).toEqual([])
})

test.each([
  ['active', `state = 'active'`],
  ['in strict order', 'is_ordered = true'],
  ['paused', `state = 'paused'`],
  ['disabled', `state = 'disabled'`],
])(
  'a test whose process was killed is never attempted again: its subscription is %s',
  async (_name, columns) => {
    const { id } = await store.subscribe()
    await store.query(`update webhooks.subscription set ${columns} where id = $1`, [id])
    const begun = await tests.begin(targetOf(id), event, 0)
    expect(await claim(id)).toEqual([])
    await giveUpInterruptedTests(store.database.pool)
    expect(await logOf(begun?.id)).toEqual([
      {
        status: 'failed',
        reason: 'test_interrupted',
        attempt_count: 1,
        last_outcome: 'lease_expired',
        number: 1,
        outcome: 'lease_expired',
      },
    ])
  },
)

test('a test that is under way is not given up', async () => {
  const { id } = await store.subscribe()
  const begun = await tests.begin(targetOf(id), event, 60_000)
  await giveUpInterruptedTests(store.database.pool)
  expect(await statusOf(begun?.id)).toBe('pending')
})

test('a test, under way or interrupted, is in the way of no delivery of a lane in strict order', async () => {
  const { id } = await store.subscribe({ events: ['audit.started'], isOrdered: true })
  await tests.begin(targetOf(id), event, 0)
  await tests.begin(targetOf(id), event, 60_000)
  const [eventId] = await store.publish(1, 'audit.started')
  const [next] = await claim(id)
  expect(next).toMatchObject({ eventId, isTest: false })
  const detail = await store.deliveries.get(store.accountId, next!.id)
  expect(detail?.situation.behind).toBeNull()
})

test('a test that is delivered again is attempted once, even if the sender is killed meanwhile', async () => {
  const { id } = await store.subscribe({ isOrdered: true })
  const begun = await tests.begin(targetOf(id), event, 60_000)
  await tests.settle(begun!, { outcome: 'http_500', httpStatus: 500, startedAt: new Date(), durationMs: 1 })
  await store.database.db.transaction().execute((tx) => insertRedeliveries(tx, [begun!.id]))
  const [again] = await claim(id, 0)
  expect(again).toMatchObject({ isTest: true, attempt: 1, body: begun?.body })
  expect(await claim(id)).toEqual([])
  await giveUpInterruptedTests(store.database.pool)
  expect(await logOf(again?.id)).toMatchObject([{ reason: 'test_interrupted', attempt_count: 1 }])
})

test('what was given up is not settled by the process that began it', async () => {
  const { id } = await store.subscribe()
  const begun = await tests.begin(targetOf(id), event, 0)
  await giveUpInterruptedTests(store.database.pool)
  await tests.settle(begun!, { outcome: 'succeeded', httpStatus: 200, startedAt: new Date(), durationMs: 1 })
  expect(await logOf(begun?.id)).toMatchObject([{ status: 'failed', outcome: 'lease_expired' }])
})

test('partitions of the day are made where they are missing', async () => {
  const { id } = await store.subscribe()
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  await store.query(
    `drop table webhooks.event_${day}, webhooks.completed_delivery_${day}, webhooks.attempt_${day}`,
  )
  const begun = await tests.begin(targetOf(id), event, 60_000)
  if (begun === undefined) throw new Error('It was not begun')
  await tests.settle(begun, { outcome: 'succeeded', httpStatus: 200, startedAt: new Date(), durationMs: 1 })
  expect(await statusOf(begun.id)).toBe('succeeded')
})

test('nothing is begun for a subscription that is not there', async () => {
  const { id } = await store.subscribe()
  const other = (await store.apiKeys.create('globex', 'admin')).accountId
  expect(await tests.begin(targetOf(randomUUID()), event, 60_000)).toBeUndefined()
  expect(await tests.begin({ ...targetOf(id), accountId: other }, event, 60_000)).toBeUndefined()
})
