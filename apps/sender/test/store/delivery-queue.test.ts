import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { openDatabase } from '../../src/store/database.ts'
import { type ClaimedDelivery, createDeliveryQueue, type Settlement } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { failed, succeeded } from './support/settlements.ts'

const LEASE_MS = 60_000

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(() =>
  store.query(
    'truncate webhooks.attempt, webhooks.owed_delivery, webhooks.completed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription cascade',
  ),
)
afterAll(() => store.close())

/** Subscriptions to everything, by the order of their ids. */
async function subscribe(count: number): Promise<readonly string[]> {
  const created = await Promise.all(Array.from({ length: count }, () => store.subscribe()))
  return created.map(({ id }) => id).toSorted()
}

async function claim(subscriptionId: string, room = 100): Promise<readonly ClaimedDelivery[]> {
  return (await store.queue.claim([{ subscriptionId, room, retryRoom: room }], LEASE_MS)).deliveries
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

const noPhases = { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, body_ms: null }
const startedAt = new Date('2026-03-01T12:00:00.500Z')
const accepted: AttemptResult = { outcome: 'succeeded', httpStatus: 200, startedAt, durationMs: 7 }
const success: Verdict = { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' }
const refused: AttemptResult = { outcome: 'http_500', httpStatus: 500, startedAt, durationMs: 7 }

function retryIn(retryInMs: number): Verdict {
  return { status: 'pending', retryInMs, isFailure: true, endpoint: 'failing' }
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
        accountId: store.accountId,
        headers: {},
        timeoutMs: null,
        isTest: false,
        isProbe: false,
        isOrdered: false,
        generation: 0,
        traceparent: null,
      },
    ])
    expect(JSON.parse(Buffer.from(claimed[0]?.body ?? []).toString())).toMatchObject({ event_id: eventId })
  })

  test('takes the longest due first, and no more than the room of each lane', async () => {
    const [first = '', second = ''] = await subscribe(2)
    const eventIds = await store.publish(10)
    const order = [...eventIds].toReversed()
    await store.query(
      `update webhooks.owed_delivery d set due_at = now() - interval '1 hour' + o.position * interval '1 second'
       from unnest($1::uuid[]) with ordinality o (event_id, position) where d.event_id = o.event_id`,
      [order],
    )
    const { deliveries } = await store.queue.claim(
      [
        { subscriptionId: first, room: 3, retryRoom: 3 },
        { subscriptionId: second, room: 4, retryRoom: 4 },
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
    const lanes = [first, second].map((subscriptionId) => ({ subscriptionId, room: 10, retryRoom: 10 }))
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
    expect(
      await store.queue.claim([{ subscriptionId: crypto.randomUUID(), room: 1, retryRoom: 1 }], LEASE_MS),
    ).toEqual({
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
    const lanes = [broken, intact].map(({ id }) => ({ subscriptionId: id, room: 1, retryRoom: 1 }))
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
    const lanes = ids.map((subscriptionId) => ({ subscriptionId, room: 7, retryRoom: 7 }))
    const claimed = await Promise.all(
      databases.map(async ({ pool }) => {
        const queue = createDeliveryQueue(pool, store.encryptionKeys)
        const own: string[] = []
        // A process may find every row locked by the others just now, so an empty claim is not the end.
        await eventually(async () => {
          own.push(...(await queue.claim(lanes, LEASE_MS)).deliveries.map(({ id }) => id))
          const open = await pool.query(`select from webhooks.owed_delivery where lease_id is null limit 1`)
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
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [lost!.id])
    const [taken] = await claim(id)
    expect(taken).toMatchObject({ id: lost!.id, attempt: 2, failures: 0 })
    expect(taken?.leaseId).not.toBe(lost!.leaseId)
    expect(await row(lost!.id)).toMatchObject({ last_outcome: 'lease_expired', last_http_status: null })
    expect(await attempts(lost!.id)).toEqual([
      {
        delivery_id: lost!.id,
        number: 1,
        started_at: before?.['leased_at'],
        duration_ms: 0,
        ...noPhases,
        remote_address: null,
        request_headers: null,
        outcome: 'lease_expired',
        http_status: null,
        response_body: null,
        detail: 'The sender stopped during this attempt; its outcome is unknown.',
      },
    ])
  })

  test('is what the Delivery Log finds by that outcome, in place of the last one', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(2)
    for (const delivery of await claim(id)) {
      await store.queue.settle([{ delivery, result: refused, verdict: retryIn(0) }])
    }
    const [lost] = await claim(id, 1)
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [lost!.id])
    await claim(id)
    const find = async (outcome: string) =>
      (await store.deliveries.list(store.accountId, { outcome }, { limit: 10 })).items.map(
        (found) => found.id,
      )
    expect(await find('lease_expired')).toEqual([lost!.id])
    expect(await find('http_500')).toHaveLength(1)
  })

  test('belongs to its first owner until somebody takes it over', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [late] = await claim(id)
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [late!.id])
    const { ids } = await store.queue.settle([{ delivery: late!, result: accepted, verdict: success }])
    expect(ids).toEqual(new Set([late!.id]))
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
      {
        delivery: delivery!,
        result: {
          ...accepted,
          phases: { dnsMs: 0.5, connectMs: 1.5, tlsMs: 2.5, firstByteMs: 3, bodyMs: 0.25 },
          remoteAddress: '192.0.2.1',
          requestHeaders: { 'user-agent': 'é"\\' },
          responseBody,
          detail,
        },
        verdict: success,
      },
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
        dns_ms: 0.5,
        connect_ms: 1.5,
        tls_ms: 2.5,
        first_byte_ms: 3,
        body_ms: 0.25,
        remote_address: '192.0.2.1',
        request_headers: '{"user-agent":"é\\"\\\\"}',
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
    const verdict: Verdict = { status: 'pending', retryInMs: 0, isFailure: false, endpoint: 'unknown' }
    await store.queue.settle([{ delivery: delivery!, result, verdict }])
    expect(await claim(id)).toMatchObject([{ attempt: 2, failures: 0 }])
  })

  test('the last failure ends the delivery as failed', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const verdict: Verdict = {
      status: 'failed',
      retryInMs: null,
      isFailure: true,
      endpoint: 'failing',
      reason: 'retries_exhausted',
    }
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
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [stale!.id])
    const [taken] = await claim(id)
    const before = [await row(stale!.id), await subscriptionRow(id), await attempts(stale!.id)]
    const gone: Verdict = { ...retryIn(1000), isGone: true, holdForMs: 60_000 }
    const settled = await store.queue.settle([
      { delivery: stale!, result: refused, verdict: gone },
      { delivery: kept!, result: accepted, verdict: success },
    ])
    expect(settled.ids).toEqual(new Set([kept!.id]))
    expect([await row(stale!.id), await subscriptionRow(id), await attempts(stale!.id)]).toEqual(before)
    expect(await row(stale!.id)).toMatchObject({ lease_id: taken!.leaseId })
    expect(await row(kept!.id)).toMatchObject({ status: 'succeeded' })
  })

  test('twice at once writes once, and both know that it is recorded', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const settlement = { delivery: delivery!, result: refused, verdict: retryIn(1000) }
    const settled = await Promise.all([store.queue.settle([settlement]), store.queue.settle([settlement])])
    expect(settled.map(({ ids }) => [...ids])).toEqual([[delivery!.id], [delivery!.id]])
    expect(await row(delivery!.id)).toMatchObject({ failure_count: 1 })
    expect(await attempts(delivery!.id)).toHaveLength(1)
  })

  test('a delivery that was canceled meanwhile leaves it canceled and records the attempt, once', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    await store.unsubscribe(id)
    const settlement = { delivery: delivery!, result: accepted, verdict: success }
    const settled = await store.queue.settle([settlement])
    expect(settled).toEqual({ ids: new Set([delivery!.id]), health: [] })
    const canceled = {
      status: 'canceled',
      attempt_count: 1,
      last_outcome: 'succeeded',
      last_http_status: 200,
    }
    expect(await row(delivery!.id)).toMatchObject(canceled)
    expect(await attempts(delivery!.id)).toMatchObject([{ number: 1, outcome: 'succeeded', duration_ms: 7 }])
    expect(await store.queue.settle([settlement])).toEqual(settled)
    expect(await attempts(delivery!.id)).toHaveLength(1)
  })

  test.each([
    ['success', succeeded],
    ['failure', failed],
  ])('a %s again is recorded once, and known to be recorded', async (_, settlementOf) => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const settlement = settlementOf(delivery!)
    await store.queue.settle([settlement])
    expect(await store.queue.settle([settlement])).toEqual({ ids: new Set([delivery!.id]), health: [] })
    expect(await attempts(delivery!.id)).toHaveLength(1)
  })

  test('tells of the health of an endpoint even if the attempt of a canceled delivery cannot be recorded', async () => {
    const [canceledId = '', failingId = ''] = await subscribe(2)
    await store.publish()
    const [canceled] = await claim(canceledId)
    const [failing] = await claim(failingId)
    await store.unsubscribe(canceledId)
    await store.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`,
    )
    await store.query(
      `create trigger refuse before update on webhooks.completed_delivery for each row execute function refuse()`,
    )
    try {
      const settled = await store.queue.settle([succeeded(canceled!), failed(failing!)])
      expect(settled.ids).toEqual(new Set([failing!.id]))
      expect(settled.health).toMatchObject([{ subscriptionId: failingId, consecutiveFailures: 1 }])
    } finally {
      await store.query('drop function refuse cascade')
    }
  })

  test('keeps a detail with half a character', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [delivery] = await claim(id)
    const settlement = failed(delivery!)
    await store.queue.settle([{ ...settlement, result: { ...settlement.result, detail: 'cut \ud83d' } }])
    expect(await attempts(delivery!.id)).toMatchObject([{ detail: 'cut \ufffd' }])
  })

  test('a delivery whose lease was lost before it was canceled records nothing', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish()
    const [stale] = await claim(id)
    await store.query(`update webhooks.owed_delivery set lease_until = now() where id = $1`, [stale!.id])
    await claim(id)
    await store.unsubscribe(id)
    const settled = await store.queue.settle([{ delivery: stale!, result: accepted, verdict: success }])
    expect(settled.ids).toEqual(new Set())
    expect(await row(stale!.id)).toMatchObject({ status: 'canceled', last_outcome: 'lease_expired' })
    expect(await attempts(stale!.id)).toMatchObject([{ number: 1, outcome: 'lease_expired' }])
  })

  test('nothing is nothing', async () => {
    expect(await store.queue.settle([])).toEqual({ ids: new Set(), health: [] })
  })
})

describe('an endpoint', () => {
  const gone: AttemptResult = { outcome: 'http_410', httpStatus: 410, startedAt, durationMs: 1 }
  const busy: AttemptResult = { outcome: 'http_503', httpStatus: 503, startedAt, durationMs: 1 }

  test('that is gone is reported, and has nothing more claimed while its subscription is being disabled', async () => {
    const [id = '', otherId] = await subscribe(2)
    await store.publish()
    const [delivery] = await claim(id)
    const verdict: Verdict = { ...retryIn(0), isGone: true }
    const { health } = await store.queue.settle([{ delivery: delivery!, result: gone, verdict }])
    expect(health).toMatchObject([{ subscriptionId: id, isGone: true, state: 'active' }])
    expect(await subscriptionRow(otherId)).toMatchObject({ held_until: null, consecutive_failures: 0 })
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

  test('that says both in one batch is held for the longest time asked and reported as gone', async () => {
    const [id = ''] = await subscribe(1)
    await store.publish(6)
    const claimed = await claim(id)
    const busyFor = (holdForMs: number): Verdict => ({ ...retryIn(holdForMs), holdForMs })
    const verdicts: readonly Pick<Settlement, 'result' | 'verdict'>[] = [
      { result: busy, verdict: busyFor(1000) },
      { result: gone, verdict: { ...retryIn(1000), isGone: true } },
      { result: busy, verdict: busyFor(90_000) },
      { result: accepted, verdict: success },
      { result: gone, verdict: { ...retryIn(1000), isGone: true } },
      { result: busy, verdict: busyFor(2000) },
    ]
    const { health } = await store.queue.settle(
      claimed.map((delivery, index) => ({ delivery, ...verdicts[index]! })),
    )
    expect(health).toMatchObject([{ isGone: true }])
    expect(await subscriptionRow(id)).toMatchObject({ held_until: expect.toSatisfy(isIn(90_000)) })
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
    await store.query(`update webhooks.owed_delivery set due_at = $1 where subscription_id = $2`, [
      dueAt,
      later,
    ])
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
