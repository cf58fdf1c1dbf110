import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClaimedDelivery } from '../../src/store/delivery-queue.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { failed, succeeded } from './support/settlements.ts'

const LEASE_MS = 60_000

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

async function claim(room = 100): Promise<readonly ClaimedDelivery[]> {
  const lanes = [{ subscriptionId: id, room, retryRoom: room }]
  return (await store.queue.claim(lanes, LEASE_MS)).deliveries
}

async function row({ id: deliveryId }: ClaimedDelivery): Promise<Row | undefined> {
  const [found] = await store.query('select * from webhooks.delivery where id = $1', [deliveryId])
  return found
}

async function expire({ id: deliveryId }: ClaimedDelivery): Promise<void> {
  await store.query('update webhooks.owed_delivery set lease_until = now() where id = $1', [deliveryId])
}

async function lose(count: number): Promise<void> {
  await store.query(
    `insert into webhooks.attempt (delivery_id, number, started_at, duration_ms, outcome)
     select id, number, now(), 0, 'lease_expired' from webhooks.owed_delivery, generate_series(1, $1::int) number`,
    [count],
  )
  await store.query(`update webhooks.owed_delivery set attempt_count = $1, last_outcome = 'lease_expired'`, [
    count,
  ])
}

describe('a lease', () => {
  test('that is extended outlasts its first end', async () => {
    await store.publish()
    const [delivery] = await claim()
    await expire(delivery!)
    expect(await store.queue.extend([delivery!], LEASE_MS)).toEqual(new Map([[delivery!.id, true]]))
    expect(await claim()).toEqual([])
  })

  test('whose row is locked ends as before, and says so', async () => {
    await store.publish(2)
    const [locked, free] = await claim()
    const before = await row(locked!)
    const holder = await store.database.pool.connect()
    await holder.query('begin')
    await holder.query('select from webhooks.owed_delivery where id = $1 for update', [locked!.id])
    const extended = await store.queue.extend([locked!, free!], 2 * LEASE_MS)
    await holder.query('rollback')
    holder.release()
    expect(extended).toEqual(
      new Map([
        [locked!.id, false],
        [free!.id, true],
      ]),
    )
    expect(await row(locked!)).toEqual(before)
  })

  test('that is given back was no attempt', async () => {
    await store.publish()
    const [delivery] = await claim()
    await store.queue.release([delivery!])
    expect(await row(delivery!)).toMatchObject({ attempt_count: 0, lease_id: null, leased_at: null })
    expect(await claim()).toMatchObject([{ attempt: 1 }])
    expect(await store.query('select from webhooks.attempt')).toEqual([])
  })

  test.each<[string, (stale: ClaimedDelivery) => Promise<unknown>]>([
    ['extend', (stale) => store.queue.extend([stale], LEASE_MS)],
    ['give back', (stale) => store.queue.release([stale])],
    ['settle', (stale) => store.queue.settle([succeeded(stale)])],
    ['settle as failed', (stale) => store.queue.settle([failed(stale)])],
  ])('that was taken over lets its first owner %s nothing', async (_name, act) => {
    await store.publish()
    const [stale] = await claim()
    await expire(stale!)
    const [taken] = await claim()
    const before = await row(taken!)
    const answer = await act(stale!)
    expect(await row(taken!)).toEqual(before)
    expect([new Map(), undefined, { ids: new Set(), health: [] }]).toContainEqual(answer)
  })

  test.each<[string, (given: ClaimedDelivery) => Promise<unknown>]>([
    ['extended', (given) => store.queue.extend([given], LEASE_MS)],
    ['given back again', (given) => store.queue.release([given])],
    ['settled', (given) => store.queue.settle([succeeded(given)])],
  ])('that was given back cannot be %s', async (_name, act) => {
    await store.publish()
    const [given] = await claim()
    await store.queue.release([given!])
    const before = await row(given!)
    await act(given!)
    expect(await row(given!)).toEqual(before)
  })

  test('is extended while others are settled, in any order, without a deadlock', async () => {
    for (let round = 0; round < 10; round += 1) {
      await store.publish(100)
      const claimed = await claim()
      const halves = [claimed.slice(0, 50), claimed.slice(50).toReversed()]
      const results = await Promise.all([
        store.queue.extend(claimed, LEASE_MS),
        ...halves.map((half) => store.queue.settle(half.map(succeeded))),
        store.queue.extend(claimed.toReversed(), LEASE_MS),
        store.queue.extend(claimed, LEASE_MS),
      ])
      expect(results).toHaveLength(5)
    }
    expect(await store.query('select from webhooks.owed_delivery')).toEqual([])
  })
})

describe('a delivery whose attempts are lost', () => {
  test('twenty times is given up by the next claim, which gives the others', async () => {
    await store.publish()
    await lose(20)
    await store.publish()
    expect(await claim()).toMatchObject([{ attempt: 1 }])
    expect(await store.query(`select * from webhooks.delivery where status <> 'pending'`)).toMatchObject([
      { status: 'failed', reason: 'attempts_lost', attempt_count: 20, last_outcome: 'lease_expired' },
    ])
  })

  test('less often is attempted again', async () => {
    await store.publish()
    await lose(19)
    expect(await claim()).toMatchObject([{ attempt: 20 }])
  })

  test('or broken off by the sender, which is nobody’s fault, is not given up', async () => {
    await store.publish()
    await store.query('update webhooks.owed_delivery set attempt_count = 100')
    expect(await claim()).toMatchObject([{ attempt: 101 }])
  })
})

describe('a delivery that outlived its event', () => {
  test('is canceled by the claim that finds it, and the others are given', async () => {
    await store.owe(id, 3)
    await store.publish()
    expect(await claim()).toHaveLength(1)
    const rows = await store.query(`select status, reason from webhooks.delivery where status <> 'pending'`)
    expect(rows).toEqual(rows.map(() => ({ status: 'canceled', reason: 'expired' })))
    expect(rows).toHaveLength(3)
  })
})
