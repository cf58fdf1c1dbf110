import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { type ClaimedDelivery, createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { failed, succeeded } from './support/settlements.ts'

const LEASE_MS = 60_000

let store: TestStore
let id: string
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query('truncate webhooks.owed_delivery, webhooks.subscription cascade')
  id = (await store.subscribe()).id
  await store.query('update webhooks.subscription set is_ordered = true')
})
afterAll(() => store.close())

async function claim(queue = store.queue): Promise<readonly ClaimedDelivery[]> {
  return (await queue.claim([{ subscriptionId: id, room: 10, retryRoom: 10 }], LEASE_MS)).deliveries
}

test('a lane in strict order gives its deliveries one by one, as they were published', async () => {
  const eventIds: string[] = []
  for (let count = 0; count < 5; count += 1) eventIds.push(...(await store.publish()))
  const order: string[] = []
  for (let next = await claim(); next.length > 0; next = await claim()) {
    order.push(...next.map((delivery) => delivery.eventId))
    expect(await claim()).toEqual([])
    await store.queue.settle(next.map(succeeded))
  }
  expect(order).toEqual(eventIds)
})

test('the oldest stops the others while it waits for its retry, and the lane says for how long', async () => {
  await store.publish(3)
  const [oldest] = await claim()
  await store.queue.settle([failed(oldest!, { retryInMs: 60_000 })])
  const claimed = await store.queue.claim([{ subscriptionId: id, room: 10, retryRoom: 10 }], LEASE_MS)
  expect(claimed.deliveries).toEqual([])
  const isAboutAMinute = expect.toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000)
  expect(claimed.waiting).toEqual([{ subscriptionId: id, readyInMs: isAboutAMinute }])
  expect(await store.queue.findWaitingLanes()).toEqual([{ subscriptionId: id, readyInMs: isAboutAMinute }])
  await store.query('update webhooks.owed_delivery set due_at = now()')
  expect(await claim()).toMatchObject([{ id: oldest!.id, attempt: 2, isOrdered: true }])
})

test('the next follows once the oldest is given up or canceled', async () => {
  await store.publish(3)
  const [first] = await claim()
  await store.queue.settle([failed(first!, { status: 'failed', retryInMs: null })])
  const [second] = await claim()
  await store.query('delete from webhooks.owed_delivery where id = $1', [second!.id])
  expect(await claim()).toHaveLength(1)
})

test('8 processes take turns, and nothing overtakes', async () => {
  const eventIds: string[] = []
  for (let count = 0; count < 40; count += 1) eventIds.push(...(await store.publish()))
  const databases = Array.from({ length: 8 }, () =>
    openDatabase({ connectionString: store.connectionString, maxConnections: 1 }),
  )
  const order: string[] = []
  await Promise.all(
    databases.map(async ({ pool }) => {
      const queue = createDeliveryQueue(pool, store.encryptionKeys)
      while (order.length < eventIds.length) {
        const claimed = await claim(queue)
        order.push(...claimed.map((delivery) => delivery.eventId))
        await queue.settle(claimed.map(succeeded))
      }
    }),
  )
  await Promise.all(databases.map((database) => database.close()))
  expect(order).toEqual(eventIds)
})
