import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import {
  type ClaimedDelivery,
  createDeliveryQueue,
  type DeliveryQueue,
  type ProbePolicy,
  type Settlement,
} from '../../src/store/delivery-queue.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { canceled, failed, succeeded } from './support/settlements.ts'

const LEASE_MS = 60_000
const policy: ProbePolicy = { afterFailures: 3, baseMs: 30_000, capMs: 600_000 }

let store: TestStore
let queue: DeliveryQueue
let id: string
beforeAll(async () => {
  store = await openTestStore()
  queue = createDeliveryQueue(store.database.pool, store.encryptionKeys, policy)
})
beforeEach(async () => {
  await store.query('truncate webhooks.owed_delivery, webhooks.subscription cascade')
  id = (await store.subscribe()).id
})
afterAll(() => store.close())

async function claim(room = 100): Promise<readonly ClaimedDelivery[]> {
  return (await queue.claim([{ subscriptionId: id, room, retryRoom: room }], LEASE_MS)).deliveries
}

async function set(change: string): Promise<void> {
  await store.query(`update webhooks.subscription set ${change} where id = $1`, [id])
}

/** The endpoint's health, with its hold as seconds from now. */
async function endpoint(): Promise<Row | undefined> {
  const [row] = await store.query(
    `select is_probing, consecutive_failures, failing_since is not null as is_failing,
       round(extract(epoch from held_until - now()))::int as held_for
     from webhooks.subscription where id = $1`,
    [id],
  )
  return row
}

describe('a lane that is probed', () => {
  beforeEach(async () => {
    await store.publish(10)
    await set('is_probing = true')
  })

  test('gives one delivery, and no other while that is leased', async () => {
    expect(await claim()).toMatchObject([{ isProbe: true }])
    expect(await claim()).toEqual([])
  })

  test.each([
    ['its last retry counts too', 1, 0],
    ['the room asked for is none', 0, 1],
  ])('gives none when %s', async (_name, room, retryRoom) => {
    const { deliveries } = await queue.claim([{ subscriptionId: id, room, retryRoom }], LEASE_MS)
    expect(deliveries).toHaveLength(room)
  })

  test('gives exactly one to 8 processes at once, time after time', async () => {
    const databases = Array.from({ length: 8 }, () =>
      openDatabase({ connectionString: store.connectionString, maxConnections: 1 }),
    )
    const queues = databases.map(({ pool }) => createDeliveryQueue(pool, store.encryptionKeys, policy))
    const lanes = [{ subscriptionId: id, room: 5, retryRoom: 5 }]
    const counts: number[] = []
    for (let round = 0; round < 25; round += 1) {
      const claims = await Promise.all(
        queues.flatMap((one) => [one.claim(lanes, LEASE_MS), one.claim(lanes, LEASE_MS)]),
      )
      const probes = claims.flatMap(({ deliveries }) => deliveries)
      counts.push(probes.length)
      await queue.release(probes)
    }
    await Promise.all(databases.map((database) => database.close()))
    expect(counts).toEqual(counts.map(() => 1))
  })

  test.each<[string, (probe: ClaimedDelivery) => Promise<unknown>]>([
    ['is given back', (probe) => queue.release([probe])],
    ['is broken off', (probe) => queue.settle([canceled(probe)])],
    [
      'is left by a process that died',
      () => store.query('update webhooks.owed_delivery set lease_until = now() where lease_id is not null'),
    ],
    ['is canceled', (probe) => store.query('delete from webhooks.owed_delivery where id = $1', [probe.id])],
  ])('is probed again at once when the probe %s', async (_name, end) => {
    const [probe] = await claim()
    await end(probe!)
    expect(await claim()).toMatchObject([{ isProbe: true }])
  })

  test('stays held by a probe whose lease is extended', async () => {
    const [probe] = await claim()
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [probe!.id])
    await queue.extend([probe!], LEASE_MS)
    expect(await claim()).toEqual([])
  })

  test('is open again after a probe that succeeded', async () => {
    const [probe] = await claim()
    await queue.settle([succeeded(probe!)])
    expect(await endpoint()).toEqual({
      is_probing: false,
      consecutive_failures: 0,
      is_failing: false,
      held_for: null,
    })
    expect(await claim()).toHaveLength(9)
  })

  test('waits as the endpoint asked although the probe succeeded', async () => {
    await set('is_probing = false')
    const [probe, other] = await claim(2)
    await set('is_probing = true')
    await queue.settle([failed(other!, { holdForMs: 90_000 }), succeeded(probe!)])
    expect(await endpoint()).toMatchObject({ is_probing: false, held_for: 90 })
  })

  test('is not held by a search for a probe that finds nothing due', async () => {
    await store.query(`update webhooks.owed_delivery set due_at = now() + interval '1 minute'`)
    expect(await claim()).toEqual([])
    await store.query(`update webhooks.owed_delivery set due_at = now()`)
    expect(await claim()).toHaveLength(1)
  })

  test('is not held by a search for a probe that finds every delivery locked', async () => {
    const other = await store.database.pool.connect()
    await other.query('begin')
    await other.query('select from webhooks.owed_delivery for update')
    expect(await claim()).toEqual([])
    await other.query('rollback')
    other.release()
    expect(await claim()).toHaveLength(1)
  })

  test('waits for nobody who has its subscription locked', async () => {
    const other = await store.database.pool.connect()
    await other.query('begin')
    await other.query('select from webhooks.subscription for update')
    expect(await claim()).toEqual([])
    await other.query('rollback')
    other.release()
  })

  test('is probed no sooner than its lease ends, as far as a search for waiting lanes can tell', async () => {
    await claim()
    const [lane] = await queue.findWaitingLanes()
    expect(lane?.readyInMs).toBeGreaterThan(LEASE_MS - 10_000)
  })
})

describe('the health of an endpoint', () => {
  /** What several answers, in one batch, make of an endpoint that had failed twice. */
  const table: readonly [string, string, Row][] = [
    ['success', 'ok', { failures: 0, probing: false }],
    ['failure', 'fail', { failures: 3, probing: true }],
    ['failure, success', 'fail ok', { failures: 0, probing: false }],
    ['success, failure', 'ok fail', { failures: 1, probing: false }],
    ['failure, success, two failures', 'fail ok fail fail', { failures: 2, probing: false }],
    ['success, three failures', 'ok fail fail fail', { failures: 3, probing: true }],
    ['a refused address', 'unknown', { failures: 2, probing: false }],
    ['a refused address and a failure', 'unknown fail', { failures: 3, probing: true }],
  ]

  test.each(table)('after %s', async (_name, answers, { failures, probing }) => {
    await store.publish(4)
    await set(`consecutive_failures = 2, failing_since = now() - interval '1 second'`)
    const claimed = await claim()
    const settle: Readonly<Record<string, (delivery: ClaimedDelivery) => Settlement>> = {
      ok: succeeded,
      fail: (delivery) => failed(delivery),
      unknown: (delivery) => failed(delivery, { endpoint: 'unknown' }),
    }
    await queue.settle(answers.split(' ').map((answer, index) => settle[answer]!(claimed[index]!)))
    expect(await endpoint()).toMatchObject({
      consecutive_failures: failures,
      is_failing: failures > 0,
      is_probing: probing,
    })
  })

  test('is not written while all is well', async () => {
    await store.publish(2)
    const before = await store.query('select xmin from webhooks.subscription')
    const { health } = await queue.settle((await claim()).map(succeeded))
    expect(health).toEqual([])
    expect(await store.query('select xmin from webhooks.subscription')).toEqual(before)
  })

  test('counts every failure once when 8 processes settle at once', async () => {
    const counting = createDeliveryQueue(store.database.pool, store.encryptionKeys, {
      ...policy,
      afterFailures: 1000,
    })
    await store.publish(80)
    const claimed = await claim()
    const batches = Array.from({ length: 8 }, (_, index) => claimed.slice(index * 10, index * 10 + 10))
    const settled = await Promise.all(
      batches.map((batch) => counting.settle(batch.map((delivery) => failed(delivery)))),
    )
    expect(await endpoint()).toMatchObject({ consecutive_failures: 80 })
    const counts = settled.flatMap(({ health }) => health.map((one) => one.consecutiveFailures))
    expect(counts.toSorted((a, b) => a - b)).toEqual([10, 20, 30, 40, 50, 60, 70, 80])
  })

  test('is reported when it fails and when it recovers', async () => {
    await store.publish(2)
    const [first, second] = await claim()
    const failing = await queue.settle([failed(first!)])
    expect(failing.health).toEqual([
      {
        subscriptionId: id,
        accountId: store.accountId,
        state: 'active',
        isDegraded: false,
        isProbing: false,
        consecutiveFailures: 1,
        failingForMs: 0,
        isGone: false,
        generation: 0,
      },
    ])
    const recovered = await queue.settle([succeeded(second!)])
    expect(recovered.health).toMatchObject([{ consecutiveFailures: 0, failingForMs: null }])
  })
})

describe('the wait before a probe', () => {
  beforeEach(() => store.publish(100))

  test('is the base after the failure that brought the endpoint down, however many were in flight', async () => {
    const claimed = await claim()
    await queue.settle(claimed.slice(0, 3).map((delivery) => failed(delivery)))
    expect(await endpoint()).toMatchObject({ is_probing: true, held_for: 30 })
    await queue.settle(claimed.slice(3).map((delivery) => failed(delivery)))
    expect(await endpoint()).toMatchObject({ is_probing: true, consecutive_failures: 100, held_for: 30 })
  })

  test.each([
    ['10 seconds', 30],
    ['2 minutes', 120],
    ['1 hour', 600],
  ])('after a probe that failed, when it has been failing for %s', async (since, heldFor) => {
    await set(`is_probing = true, consecutive_failures = 9, failing_since = now() - interval '${since}'`)
    const [probe] = await claim()
    await queue.settle([failed(probe!)])
    expect(await endpoint()).toMatchObject({ is_probing: true, held_for: heldFor })
    expect(await claim()).toEqual([])
  })

  test('is the base after the canary of a subscription that was just resumed failed', async () => {
    await set('is_probing = true')
    const [canary] = await claim()
    await queue.settle([failed(canary!)])
    expect(await endpoint()).toMatchObject({ is_probing: true, consecutive_failures: 1, held_for: 30 })
  })
})
