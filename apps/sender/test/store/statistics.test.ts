import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { latencyBin } from '../../src/domain/latency-histogram.ts'
import { chooseRange, type StatisticsRange } from '../../src/domain/statistics-range.ts'
import { createStatisticsTask } from '../../src/maintenance/statistics-task.ts'
import { CANCEL_PENDING } from '../../src/store/cancel-pending.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createDeliveryQueue, type ClaimedDelivery, type Settlement } from '../../src/store/delivery-queue.ts'
import { foldStatistics } from '../../src/store/fold-statistics.ts'
import { giveUpInterruptedTests } from '../../src/store/interrupted-tests.ts'
import { createStatisticsStore } from '../../src/store/read-statistics.ts'
import { insertRedeliveries } from '../../src/store/redeliveries.ts'
import type { StatisticsFilter, StatisticsStore } from '../../src/store/statistics.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { normalized, recount } from './support/recount-statistics.ts'

const MINUTE_MS = 60_000
const events = ['scan.completed', 'scan.failed', 'evidence.uploaded'] as const

let store: TestStore
let statistics: StatisticsStore
let ids: readonly string[]

beforeAll(async () => {
  store = await openTestStore()
  statistics = createStatisticsStore(store.database.db)
  ids = await Promise.all([1, 2, 3].map(async () => (await store.subscribe()).id))
})
afterAll(() => store.close())

/** From `hours` ago until some minutes ahead: attempts may end there when clocks differ. */
function lately(hours: number): StatisticsRange {
  const now = Date.now()
  const chosen = chooseRange(
    { since: new Date(now - hours * 60 * MINUTE_MS), until: new Date(now + 5 * MINUTE_MS) },
    new Date(now),
  )
  if (chosen.kind !== 'range') throw new Error(chosen.kind)
  return chosen.range
}

async function read(filter: StatisticsFilter, range: StatisticsRange) {
  const { buckets, isExact } = await statistics.overTime(store.accountId, filter, range)
  return { buckets: normalized(buckets), isExact }
}

async function expectExact(): Promise<void> {
  const filters: readonly StatisticsFilter[] = [
    {},
    { subscriptionId: ids[0]! },
    { event: 'scan.failed' },
    { subscriptionId: ids[1]!, event: 'scan.completed' },
  ]
  for (const filter of filters) {
    for (const range of [lately(1.5), lately(9), lately(60)]) {
      const { buckets, isExact } = await read(filter, range)
      expect({ filter, buckets, isExact }).toEqual({
        filter,
        buckets: await recount(store, filter, range),
        isExact: true,
      })
    }
  }
}

async function foldAll(): Promise<void> {
  while (await foldStatistics(store.database.pool)) continue
}

interface Ending {
  readonly as: 'succeeded' | 'retried' | 'exhausted' | 'timeout' | 'canceled' | 'internal'
  /** How long ago it began. */
  readonly minutesAgo: number
  readonly durationMs: number
}

function settlementOf(delivery: ClaimedDelivery, { as, minutesAgo, durationMs }: Ending): Settlement {
  const startedAt = new Date(Date.now() - minutesAgo * MINUTE_MS)
  const attempt = { startedAt, durationMs }
  const again = { status: 'pending', retryInMs: 0, endpoint: 'unknown' } as const
  switch (as) {
    case 'succeeded':
      return {
        delivery,
        result: { ...attempt, outcome: 'succeeded', httpStatus: 204 },
        verdict: { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
      }
    case 'exhausted':
      return {
        delivery,
        result: { ...attempt, outcome: 'http_500', httpStatus: 500 },
        verdict: {
          ...again,
          status: 'failed',
          retryInMs: null,
          isFailure: true,
          reason: 'retries_exhausted',
        },
      }
    case 'retried':
      return {
        delivery,
        result: { ...attempt, outcome: 'http_503', httpStatus: 503 },
        verdict: { ...again, isFailure: true },
      }
    default:
      return { delivery, result: { ...attempt, outcome: as }, verdict: { ...again, isFailure: false } }
  }
}

const ending = fc.record({
  as: fc.constantFrom<Ending['as']>('succeeded', 'retried', 'exhausted', 'timeout', 'canceled', 'internal'),
  minutesAgo: fc.nat(55 * 60),
  durationMs: fc.oneof(fc.nat(40), fc.nat(100_000)),
})
const lane = fc.nat(2)
const step = fc.oneof(
  fc.record({
    do: fc.constant('publish' as const),
    count: fc.integer({ min: 1, max: 5 }),
    event: fc.constantFrom(...events),
  }),
  fc.record({
    do: fc.constant('settle' as const),
    lane,
    endings: fc.array(ending, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({ do: fc.constant('cancel' as const), lane, count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('redeliver' as const), lane }),
  fc.record({ do: fc.constant('lose' as const), lane }),
  fc.record({ do: fc.constant('test' as const) }),
  fc.record({ do: fc.constant('fold' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

async function take(one: Step, database: ReturnType<typeof openDatabase>): Promise<void> {
  const queue = createDeliveryQueue(database.pool, store.encryptionKeys)
  switch (one.do) {
    case 'publish':
      await store.publish(one.count, one.event)
      return
    case 'fold':
      await foldStatistics(database.pool)
      return
    case 'settle': {
      const room = one.endings.length
      const { deliveries } = await queue.claim(
        [{ subscriptionId: ids[one.lane]!, room, retryRoom: room }],
        600_000,
      )
      await queue.settle(deliveries.map((delivery, place) => settlementOf(delivery, one.endings[place]!)))
      return
    }
    case 'cancel': {
      // An attempt that is under way is recorded when it ends.
      const { deliveries } = await queue.claim(
        [{ subscriptionId: ids[one.lane]!, room: 2, retryRoom: 2 }],
        600_000,
      )
      await database.pool.query(CANCEL_PENDING, [[ids[one.lane]], one.count, 'expired'])
      const settlements = deliveries.map((delivery) =>
        settlementOf(delivery, { as: 'succeeded', minutesAgo: 3, durationMs: 12 }),
      )
      await queue.settle(settlements)
      await queue.settle(settlements)
      return
    }
    case 'redeliver': {
      const { rows } = await database.pool.query<{ id: string }>(
        'select id from webhooks.completed_delivery where subscription_id = $1 order by id limit 3',
        [ids[one.lane]],
      )
      await database.db.transaction().execute((tx) =>
        insertRedeliveries(
          tx,
          rows.map((row) => row.id),
        ),
      )
      return
    }
    case 'lose':
      await queue.claim([{ subscriptionId: ids[one.lane]!, room: 2, retryRoom: 2 }], -1000)
      return
    case 'test': {
      const eventId = (await store.publish(1))[0]
      await database.pool.query(
        `update webhooks.owed_delivery set is_test = true, lease_id = gen_random_uuid(), leased_at = now(),
           lease_until = now() - interval '1 second', attempt_count = 1
         where event_id = $1 and lease_id is null`,
        [eventId],
      )
      await giveUpInterruptedTests(database.pool)
      return
    }
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const database = openDatabase({ connectionString: store.connectionString, maxConnections: 2 })
  for (const one of steps) await take(one, database)
  await database.close()
}

test('statistics are what the log holds, whatever several senders did at once, folded or not', async () => {
  const steps = fc.array(step, { minLength: 10, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(steps, steps, async (one, other) => {
      await Promise.all([run(one), run(other)])
      await expectExact()
      await foldAll()
      await expectExact()
    }),
    { numRuns: 8, endOnFailure: true },
  )
  const { buckets } = await read({}, lately(60))
  const total = (status: 'succeeded' | 'failed' | 'pending' | 'canceled') =>
    buckets.reduce((sum, bucket) => sum + bucket.deliveries[status], 0)
  expect(Math.min(...(['succeeded', 'failed', 'pending', 'canceled'] as const).map(total))).toBeGreaterThan(0)
})

describe('folding', () => {
  test('again, or by two at once, changes nothing', async () => {
    await store.publish(30)
    await Promise.all(ids.map((id) => store.succeed(id)))
    const before = await read({}, lately(3))
    await Promise.all([foldAll(), foldAll(), foldAll()])
    expect(await read({}, lately(3))).toEqual(before)
    await foldAll()
    expect(await read({}, lately(3))).toEqual(before)
    expect(await store.query('select from webhooks.statistics_delta')).toEqual([])
  })

  test('that is cut off loses nothing', async () => {
    await Promise.all(ids.map((id) => store.succeed(id)))
    const before = await read({}, lately(3))
    // Whoever holds a sum keeps the fold waiting until it is killed.
    const holder = openDatabase({ connectionString: store.connectionString, maxConnections: 1 })
    await holder.pool.query('begin; select from webhooks.statistics for update')
    const folding = foldStatistics(store.database.pool).then(() => 'done', String)
    // Outside of the holder's transaction, in which activity would be what it was at first.
    await eventually(async () => (await store.query(KILL_FOLD)).length > 0)
    expect(await folding).toContain('terminating connection')
    await holder.pool.query('rollback')
    await holder.close()
    expect(await read({}, lately(3))).toEqual(before)
    await foldAll()
    expect(await read({}, lately(3))).toEqual(before)
  })

  test('makes sums of every combination, and none of minutes that are not kept', async () => {
    const subscriptionId = randomUUID()
    await store.query(
      `insert into webhooks.statistics_delta (account_id, subscription_id, event, ended_at, has_succeeded, latency_bin, count)
       select $1, $2, 'old.event', now() - days * interval '1 day', false, bin, 1
       from generate_series(1, 3, 2) as days, unnest('{0,33}'::int[]) as bin`,
      [store.accountId, subscriptionId],
    )
    await foldAll()
    const rows = await store.query(
      `select step_seconds, count(*)::int as count, sum(attempts_failed)::int as failed, sum(latency[1])::int as first,
         sum(latency[34])::int as last
       from webhooks.statistics where subscription_id = $1 group by 1 order by 1`,
      [subscriptionId],
    )
    expect(rows).toEqual([
      { step_seconds: 60, count: 2, failed: 4, first: 2, last: 2 },
      { step_seconds: 3600, count: 4, failed: 8, first: 4, last: 4 },
    ])
  })
})

test('sums of minutes are kept for two days, and those of hours for as long as the log', async () => {
  const subscriptionId = randomUUID()
  await store.query(
    `insert into webhooks.statistics
       (account_id, subscription_id, event, step_seconds, bucket, deliveries_succeeded, deliveries_failed, deliveries_canceled,
        attempts_succeeded, attempts_failed)
     select $1, $2, 'old.event', step, date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - ago, 1, 0, 0, 0, 0
     from (values (60, interval '24 hours'), (60, '72 hours'), (3600, '72 hours'), (3600, '240 hours'), (3600, '241 hours')) as sum (step, ago)`,
    [store.accountId, subscriptionId],
  )
  const task = createStatisticsTask(store.database.pool, 10)
  expect(await task.run(new AbortController().signal)).toBe(false)
  const kept = await store.query(
    `select step_seconds, (extract(epoch from date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - bucket) / 3600)::int as hours
     from webhooks.statistics where subscription_id = $1 order by 1, 2`,
    [subscriptionId],
  )
  expect(kept).toEqual([
    { step_seconds: 60, hours: 24 },
    { step_seconds: 3600, hours: 72 },
    { step_seconds: 3600, hours: 240 },
  ])
})

const KILL_FOLD = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%delete from webhooks.statistics_delta%'`

test('the database has the bounds of latencies that are read from it', async () => {
  const durations = Array.from({ length: 70_000 }, (_, ms) => ms)
  const [row] = await store.query(
    'select array_agg(webhooks.latency_bin(ms) order by ms) as bins from generate_series(0, $1::int - 1) as ms',
    [durations.length],
  )
  expect(row?.['bins']).toEqual(durations.map(latencyBin))
})
