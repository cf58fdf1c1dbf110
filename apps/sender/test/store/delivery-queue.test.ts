import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { openDatabase } from '../../src/store/database.ts'
import { type ClaimedDelivery, createDeliveryQueue, type Settlement } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

const LEASE_MS = 60_000

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(() =>
  store.query('truncate webhooks.attempt, webhooks.delivery, webhooks.event, webhooks.subscription cascade'),
)
afterAll(() => store.close())

/** Subscriptions to everything, by the order of their ids. */
async function subscribe(count: number): Promise<readonly string[]> {
  const created = await Promise.all(Array.from({ length: count }, () => store.subscribe()))
  return created.map(({ id }) => id).toSorted()
}

async function claim(subscriptionId: string, room = 100): Promise<readonly ClaimedDelivery[]> {
  return (await store.queue.claim([{ subscriptionId, room }], LEASE_MS)).deliveries
}

async function row(id: string): Promise<Row | undefined> {
  const [found] = await store.query('select * from webhooks.delivery where id = $1', [id])
  return found
}

async function subscriptionRow(id: string | undefined): Promise<Row | undefined> {
  const [found] = await store.query('select * from webhooks.subscription where id = $1', [id])
  return found
}

async function attempts(deliveryId: string): Promise<readonly Row[]> {
  return await store.query('select * from webhooks.attempt where delivery_id = $1 order by number', [
    deliveryId,
  ])
}

const startedAt = new Date('2026-03-01T12:00:00.500Z')
const accepted: AttemptResult = { outcome: 'succeeded', httpStatus: 200, startedAt, durationMs: 7 }
const success: Verdict = { status: 'succeeded', retryInMs: null, isFailure: false }
const refused: AttemptResult = { outcome: 'http_500', httpStatus: 500, startedAt, durationMs: 7 }

function retryIn(retryInMs: number): Verdict {
  return { status: 'pending', retryInMs, isFailure: true }
}

/** Whether a span began at `expected` within the last ten seconds. */
function isAbout(expected: number): (ms: number) => boolean {
  return (ms) => ms <= expected && ms > expected - 10_000
}

/** Whether an instant was `ms` away within the last ten seconds; database and test share a clock. */
function isIn(ms: number): (instant: Date) => boolean {
  const isSpan = isAbout(ms)
  return (instant) => isSpan(instant.getTime() - Date.now())
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms)
}

describe('a claim', () => {
  test('gives everything that an attempt needs', async () => {
    const secret = 'your-secret'
    const { id: subscriptionId } = await store.subscribe({ secret, url: 'https://example.com/a' })
    const [eventId] = await store.publish()
    const claimed = await claim(subscriptionId)
    expect(claimed).toEqual([
      {
        id: expect.any(String),
        leaseId: expect.any(String),
        subscriptionId,
        eventId,
        event: 'scan.completed',
        attempt: 1,
        failures: 0,
        url: 'https://example.com/a',
        body: expect.any(Uint8Array),
        secrets: [secret],
      },
    ])
    expect(JSON.parse(Buffer.from(claimed[0]?.body ?? []).toString())).toMatchObject({ event_id: eventId })
  })

  test('takes the longest due first, and no more than the room of each lane', async () => {
    const [first = '', second = ''] = await subscribe(2)
    const eventIds = await store.publish(10)
    const order = [...eventIds].toReversed()
    await store.query(
      `update webhooks.delivery d set due_at = now() - interval '1 hour' + o.position * interval '1 second'
       from unnest($1::uuid[]) with ordinality o (event_id, position) where d.event_id = o.event_id`,
      [order],
    )
    const { deliveries } = await store.queue.claim(
      [
        { subscriptionId: first, room: 3 },
        { subscriptionId: second, room: 4 },
      ],
      LEASE_MS,
    )
    const of = (id: string): readonly string[] =>
      deliveries.filter((delivery) => delivery.subscriptionId === id).map((delivery) => delivery.eventId)
    expect(of(first).toSorted()).toEqual(order.slice(0, 3).toSorted())
    expect(of(second).toSorted()).toEqual(order.slice(0, 4).toSorted())
    const rest = await claim(first)
    expect(rest.map((delivery) => delivery.eventId).toSorted()).toEqual(order.slice(3).toSorted())
  })

  test('leaves what is under a lease, is due later, or is done', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(4)
    const [leased, later, done] = await claim(id, 3)
    await store.queue.settle([
      { delivery: later!, result: refused, verdict: retryIn(60_000) },
      { delivery: done!, result: accepted, verdict: success },
    ])
    const rest = await claim(id)
    expect(rest).toHaveLength(1)
    expect([leased, later, done].map((delivery) => delivery?.id)).not.toContain(rest[0]?.id)
    expect(await claim(id)).toEqual([])
  })

  test('tells when each of its lanes is due next', async () => {
    const [first = '', second = ''] = await subscribe(2)
    await store.publish(3)
    const [a, b] = await claim(first)
    await store.queue.settle([
      { delivery: a!, result: refused, verdict: retryIn(90_000) },
      { delivery: b!, result: refused, verdict: retryIn(60_000) },
    ])
    const lanes = [first, second].map((subscriptionId) => ({ subscriptionId, room: 10 }))
    const { deliveries, waiting } = await store.queue.claim(lanes, LEASE_MS)
    expect(deliveries.map((delivery) => delivery.subscriptionId)).toEqual([second, second, second])
    expect(waiting).toEqual([{ subscriptionId: first, readyInMs: expect.toSatisfy(isAbout(60_000)) }])
  })

  test.each<[string, string, number]>([
    ['paused', `state = 'paused'`, 0],
    ['disabled', `state = 'disabled'`, 0],
    ['deleted', 'deleted_at = now()', 0],
    ['held', `held_until = now() + interval '1 minute'`, 0],
    ['no longer held', `held_until = now() - interval '1 millisecond'`, 1],
  ])('of a lane that is %s', async (_name, change, count) => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    await store.query(`update webhooks.subscription set ${change} where id = $1`, [id])
    expect(await claim(id)).toHaveLength(count)
  })

  test('for a lane that nobody has is empty', async () => {
    expect(await store.queue.claim([{ subscriptionId: crypto.randomUUID(), room: 1 }], LEASE_MS)).toEqual({
      deliveries: [],
      waiting: [],
    })
    expect(await store.queue.claim([], LEASE_MS)).toEqual({ deliveries: [], waiting: [] })
  })

  test('gives the newest secret first, and none that has expired', async () => {
    const { id } = await store.subscribe({ secret: 'the first secret' })
    const { id: otherId } = await store.subscribe({ secret: 'never used' })
    await store.query(
      `insert into webhooks.subscription_secret (subscription_id, sealed, hint)
       select $2, sealed, '' from webhooks.subscription_secret where subscription_id = $1`,
      [id, otherId],
    )
    await store.publish(1)
    const [before] = await claim(id)
    expect(before?.secrets).toEqual(['the first secret'])
    await store.query(
      `update webhooks.subscription_secret set expires_at = now() where subscription_id = $1`,
      [id],
    )
    await store.publish(1)
    const [after] = await claim(id)
    expect(after?.secrets).toEqual([])
  })

  test('of a subscription whose secret does not open gives no secret, and the others theirs', async () => {
    const broken = await store.subscribe({ secret: 'the first secret' })
    const intact = await store.subscribe({ secret: 'the other secret' })
    await store.query(`update webhooks.subscription_secret set sealed = 'x' where subscription_id = $1`, [
      broken.id,
    ])
    await store.publish()
    const lanes = [broken, intact].map(({ id }) => ({ subscriptionId: id, room: 1 }))
    const { deliveries } = await store.queue.claim(lanes, LEASE_MS)
    const secrets = deliveries.map((delivery) => [delivery.subscriptionId, delivery.secrets])
    expect(Object.fromEntries(secrets)).toEqual({ [broken.id]: [], [intact.id]: ['the other secret'] })
  })

  test('by 8 processes at once gives each of 2,000 deliveries to one of them', async () => {
    const ids = await subscribe(4)
    await store.publish(500)
    const databases = Array.from({ length: 8 }, () =>
      openDatabase({ connectionString: store.connectionString, maxConnections: 1 }),
    )
    const lanes = ids.map((subscriptionId) => ({ subscriptionId, room: 7 }))
    const claimed = await Promise.all(
      databases.map(async ({ pool }) => {
        const queue = createDeliveryQueue(pool, store.encryptionKey)
        const own: string[] = []
        // A process may find every row locked by the others just now, so an empty claim is not the end.
        await eventually(async () => {
          own.push(...(await queue.claim(lanes, LEASE_MS)).deliveries.map(({ id }) => id))
          const open = await pool.query(`select from webhooks.delivery where lease_id is null limit 1`)
          return open.rowCount === 0
        }, 30_000)
        return own
      }),
    )
    await Promise.all(databases.map((database) => database.close()))
    const all = claimed.flat()
    expect(all).toHaveLength(2000)
    expect(new Set(all).size).toBe(2000)
    expect(claimed.filter((own) => own.length > 0).length).toBeGreaterThan(1)
  })
})

describe('an expired lease', () => {
  test('is taken over, and the attempt that was lost with it is recorded', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [lost] = await claim(id)
    const before = await row(lost!.id)
    await store.query(`update webhooks.delivery set lease_until = now() where id = $1`, [lost!.id])
    const [taken] = await claim(id)
    expect(taken).toMatchObject({ id: lost!.id, attempt: 2, failures: 0 })
    expect(taken?.leaseId).not.toBe(lost!.leaseId)
    expect(await attempts(lost!.id)).toEqual([
      {
        delivery_id: lost!.id,
        number: 1,
        started_at: before?.['leased_at'],
        duration_ms: 0,
        outcome: 'lease_expired',
        http_status: null,
        response_body: null,
        detail: 'The sender stopped during this attempt; its outcome is unknown.',
      },
    ])
  })

  test('belongs to its first owner until somebody takes it over', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [late] = await claim(id)
    await store.query(`update webhooks.delivery set lease_until = now() where id = $1`, [late!.id])
    expect(await store.queue.settle([{ delivery: late!, result: accepted, verdict: success }])).toEqual(
      new Set([late!.id]),
    )
    expect(await attempts(late!.id)).toMatchObject([{ number: 1, outcome: 'succeeded' }])
  })
})

describe('settling', () => {
  test('a success ends the delivery and records the attempt', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const responseBody = Buffer.from([0, 255, 0xc3, 0x28, 10, 39, 92, 34])
    const detail = `quotes ' " \\ {} , NULL é 😀 \ud800`
    await store.queue.settle([
      { delivery: delivery!, result: { ...accepted, responseBody, detail }, verdict: success },
    ])
    expect(await row(delivery!.id)).toMatchObject({
      status: 'succeeded',
      attempt_count: 1,
      failure_count: 0,
      due_at: null,
      lease_id: null,
      leased_at: null,
      lease_until: null,
      last_outcome: 'succeeded',
      last_http_status: 200,
      completed_at: expect.any(Date),
    })
    expect(await attempts(delivery!.id)).toEqual([
      {
        delivery_id: delivery!.id,
        number: 1,
        started_at: startedAt,
        duration_ms: 7,
        outcome: 'succeeded',
        http_status: 200,
        response_body: responseBody,
        detail: detail.toWellFormed(),
      },
    ])
  })

  test('a failure puts the delivery back for later and counts', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    await store.queue.settle([{ delivery: delivery!, result: refused, verdict: retryIn(60_000) }])
    expect(await row(delivery!.id)).toMatchObject({
      status: 'pending',
      attempt_count: 1,
      failure_count: 1,
      due_at: expect.toSatisfy(isIn(60_000)),
      lease_id: null,
      lease_until: null,
      completed_at: null,
    })
  })

  test('what was canceled puts the delivery back and does not count', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const result: AttemptResult = { outcome: 'canceled', startedAt, durationMs: 1 }
    const verdict: Verdict = { status: 'pending', retryInMs: 0, isFailure: false }
    await store.queue.settle([{ delivery: delivery!, result, verdict }])
    expect(await claim(id)).toMatchObject([{ attempt: 2, failures: 0 }])
  })

  test('the last failure ends the delivery as failed', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const verdict: Verdict = { status: 'failed', retryInMs: null, isFailure: true }
    await store.queue.settle([{ delivery: delivery!, result: refused, verdict }])
    expect(await row(delivery!.id)).toMatchObject({
      status: 'failed',
      failure_count: 1,
      completed_at: expect.any(Date),
    })
    expect(await claim(id)).toEqual([])
  })

  test('with a lease that was lost writes nothing, and everything else of its batch', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(2)
    const [stale, kept] = await claim(id)
    await store.query(`update webhooks.delivery set lease_until = now() where id = $1`, [stale!.id])
    const [taken] = await claim(id)
    const before = [await row(stale!.id), await subscriptionRow(id), await attempts(stale!.id)]
    const gone: Verdict = { ...retryIn(1000), isGone: true, holdForMs: 60_000 }
    const settled = await store.queue.settle([
      { delivery: stale!, result: refused, verdict: gone },
      { delivery: kept!, result: accepted, verdict: success },
    ])
    expect(settled).toEqual(new Set([kept!.id]))
    expect([await row(stale!.id), await subscriptionRow(id), await attempts(stale!.id)]).toEqual(before)
    expect(await row(stale!.id)).toMatchObject({ lease_id: taken!.leaseId })
    expect(await row(kept!.id)).toMatchObject({ status: 'succeeded' })
  })

  test('twice writes once', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const settlement = { delivery: delivery!, result: refused, verdict: retryIn(1000) }
    const settled = await Promise.all([store.queue.settle([settlement]), store.queue.settle([settlement])])
    expect(settled.filter((ids) => ids.has(delivery!.id))).toHaveLength(1)
    expect(await row(delivery!.id)).toMatchObject({ failure_count: 1 })
    expect(await attempts(delivery!.id)).toHaveLength(1)
  })

  test('a delivery that was canceled meanwhile leaves it canceled', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    await store.subscriptions.delete(store.accountId, id)
    const settled = await store.queue.settle([{ delivery: delivery!, result: accepted, verdict: success }])
    expect(settled).toEqual(new Set())
    expect(await row(delivery!.id)).toMatchObject({ status: 'canceled' })
  })

  test('nothing is nothing', async () => {
    expect(await store.queue.settle([])).toEqual(new Set())
  })
})

describe('an endpoint', () => {
  const gone: AttemptResult = { outcome: 'http_410', httpStatus: 410, startedAt, durationMs: 1 }
  const busy: AttemptResult = { outcome: 'http_503', httpStatus: 503, startedAt, durationMs: 1 }

  test('that is gone has its subscription disabled, and what it is owed stays pending', async () => {
    const [id = '', otherId] = await subscribe(2)
    await store.publish()
    const [delivery] = await claim(id)
    const verdict: Verdict = { ...retryIn(0), isGone: true }
    await store.queue.settle([{ delivery: delivery!, result: gone, verdict }])
    expect(await subscriptionRow(id)).toMatchObject({ state: 'disabled', state_reason: 'endpoint_gone' })
    expect(await subscriptionRow(otherId)).toMatchObject({ state: 'active', state_reason: null })
    expect(await claim(id)).toEqual([])
  })

  test('that asks for time gets it, and a hold only ever grows', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(2)
    const [first, second] = await claim(id)
    const settle = (delivery: ClaimedDelivery, holdForMs: number) =>
      store.queue.settle([{ delivery, result: busy, verdict: { ...retryIn(holdForMs), holdForMs } }])
    await settle(first!, 60_000)
    await settle(second!, 1000)
    expect(await subscriptionRow(id)).toMatchObject({
      held_until: expect.toSatisfy(isIn(60_000)),
      state: 'active',
    })
  })

  test('that says both in one batch is held for the longest time asked and disabled', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(6)
    const claimed = await claim(id)
    const busyFor = (holdForMs: number): Verdict => ({ ...retryIn(holdForMs), holdForMs })
    const verdicts: readonly Pick<Settlement, 'result' | 'verdict'>[] = [
      { result: busy, verdict: busyFor(1000) },
      { result: gone, verdict: { ...retryIn(1000), isGone: true } },
      { result: busy, verdict: busyFor(60_000) },
      { result: accepted, verdict: success },
      { result: gone, verdict: { ...retryIn(1000), isGone: true } },
      { result: busy, verdict: busyFor(2000) },
    ]
    await store.queue.settle(claimed.map((delivery, index) => ({ delivery, ...verdicts[index]! })))
    expect(await subscriptionRow(id)).toMatchObject({
      state: 'disabled',
      state_reason: 'endpoint_gone',
      held_until: expect.toSatisfy(isIn(60_000)),
    })
  })

  test('that was paused meanwhile stays paused', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    await store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [id])
    await store.queue.settle([
      { delivery: delivery!, result: gone, verdict: { ...retryIn(0), isGone: true } },
    ])
    expect(await subscriptionRow(id)).toMatchObject({ state: 'paused', state_reason: null })
  })
})

describe('the search for waiting lanes', () => {
  test('finds every lane of an active subscription, and when it is ready', async () => {
    const [ready = '', later = '', held = '', paused, disabled] = await subscribe(5)
    await store.publish(2)
    const dueAt = inMs(60_000)
    await store.query(`update webhooks.delivery set due_at = $1 where subscription_id = $2`, [dueAt, later])
    const heldUntil = inMs(90_000)
    await store.query(`update webhooks.subscription set held_until = $1 where id = $2`, [heldUntil, held])
    await store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [paused])
    await store.query(`update webhooks.subscription set state = 'disabled' where id = $1`, [disabled])
    const lanes = await store.queue.findWaitingLanes()
    expect(new Map(lanes.map((lane) => [lane.subscriptionId, lane.readyInMs]))).toEqual(
      new Map([
        [ready, expect.toSatisfy((ms: number) => ms <= 0)],
        [later, expect.toSatisfy(isAbout(60_000))],
        [held, expect.toSatisfy(isAbout(90_000))],
      ]),
    )
  })

  test('finds nothing where nothing is pending', async () => {
    await subscribe(2)
    expect(await store.queue.findWaitingLanes()).toEqual([])
  })
})
