import { latencyBin } from '../../../src/domain/latency-histogram.ts'
import { bucketStarts, type StatisticsRange } from '../../../src/domain/statistics-range.ts'
import type { StatisticsBucket, StatisticsFilter } from '../../../src/store/statistics.ts'
import type { TestStore } from '../../support/test-store.ts'

type Log = Pick<TestStore, 'accountId' | 'query'>

/** What statistics should say, counted from every row of the log itself. */
export async function recount(
  store: Log,
  filter: StatisticsFilter,
  range: StatisticsRange,
): Promise<readonly StatisticsBucket[]> {
  const deliveries = await store.query(
    `select created_at, status from webhooks.delivery d where ${WHERE} and d.created_at >= $4 and d.created_at < $5`,
    valuesOf(store, filter, range),
  )
  const attempts = await store.query(
    `select * from (
       select a.*, a.started_at + a.duration_ms * interval '1 millisecond' as ended_at
       from webhooks.attempt a join webhooks.delivery d on d.id = a.delivery_id where ${WHERE}
     ) a
     where ended_at >= $4 and ended_at < $5 and outcome not in ('canceled', 'lease_expired')`,
    valuesOf(store, filter, range),
  )
  return bucketStarts(range).map((at) => {
    const end = at.getTime() + range.stepSeconds * 1000
    const isIn = (instant: Date) => instant >= at && instant.getTime() < end
    const made = deliveries.filter((row) => isIn(row['created_at']))
    const ended = attempts.filter((row) => isIn(row['ended_at']))
    const succeeded = ended.filter((row) => row['outcome'] === 'succeeded').length
    const bins = ended
      .filter((row) => row['http_status'] !== null)
      .map((row) => latencyBin(row['duration_ms']))
    return {
      at,
      deliveries: {
        succeeded: countStatus(made, 'succeeded'),
        failed: countStatus(made, 'failed'),
        pending: countStatus(made, 'pending'),
        canceled: countStatus(made, 'canceled'),
      },
      attempts: {
        succeeded,
        failed: ended.length - succeeded,
        latency: toHistogram(bins),
      },
    }
  })
}

/** Buckets with histograms that are equal when they count the same. */
export function normalized(buckets: readonly StatisticsBucket[]): readonly StatisticsBucket[] {
  return buckets.map((bucket) => ({
    ...bucket,
    attempts: {
      ...bucket.attempts,
      latency: bucket.attempts.latency.slice(
        0,
        bucket.attempts.latency.findLastIndex((count) => count > 0) + 1,
      ),
    },
  }))
}

const WHERE = `d.account_id = $1 and not d.is_test and ($2::uuid is null or d.subscription_id = $2)
  and ($3::text is null or d.event = $3)`

function valuesOf(store: Log, filter: StatisticsFilter, { since, until }: StatisticsRange) {
  return [store.accountId, filter.subscriptionId ?? null, filter.event ?? null, since, until]
}

function countStatus(rows: readonly Readonly<Record<string, unknown>>[], status: string): number {
  return rows.filter((row) => row['status'] === status).length
}

function toHistogram(bins: readonly number[]): readonly number[] {
  return Array.from(
    { length: Math.max(-1, ...bins) + 1 },
    (_, bin) => bins.filter((one) => one === bin).length,
  )
}
