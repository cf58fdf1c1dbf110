import { type Kysely, sql } from 'kysely'
import { bucketStarts, type StatisticsRange } from '../domain/statistics-range.ts'
import { firstIdAt } from './find-deliveries.ts'
import { bucketOf, byBucket, type CountRow, selectCounts, sumAttempts, sumOf } from './statistics-counts.ts'
import type { StatisticsFilter, StatisticsOverTime, StatisticsStore } from './statistics.ts'
import { readSubscriptionStatistics } from './subscription-statistics.ts'
import type { Tables } from './tables.ts'

/** How the store counts. */
export interface StatisticsOptions {
  /** Pending deliveries that one request looks at. Default 50,000. */
  readonly maxPending?: number
}

const MAX_PENDING = 50_000

/** Statistics in PostgreSQL: exact at the moment of the statement, whatever has been folded by then. */
export function createStatisticsStore(
  db: Kysely<Tables>,
  { maxPending = MAX_PENDING }: StatisticsOptions = {},
): StatisticsStore {
  return {
    overTime: (accountId, filter, range) => readOverTime(db, { ...filter, accountId }, range, maxPending),
    ofSubscriptions: (accountId, ids, now) =>
      readSubscriptionStatistics(db, { accountId, ids, now, maxPending }),
  }
}

interface AccountFilter extends StatisticsFilter {
  readonly accountId: string
}

interface OverTimeRow extends CountRow {
  /** How many pending deliveries were looked at, in all; `null` in rows of what is done. */
  readonly examined: number | null
}

async function readOverTime(
  db: Kysely<Tables>,
  filter: AccountFilter,
  range: StatisticsRange,
  maxPending: number,
): Promise<StatisticsOverTime> {
  const { subscriptionId, ...others } = filter
  const counts = selectCounts(
    { ...others, ...(subscriptionId && { subscriptionIds: [subscriptionId] }) },
    range,
  )
  const { rows } = await sql<OverTimeRow>`
    select *, null::int as examined from (${counts}) counted
    union all
    select null, bucket, 0, 0, 0, count(*) filter (where is_counted), 0, 0, null, null, (sum(count(*)) over ())::int
    from (${selectPending(filter, range, maxPending)}) owed group by bucket`.execute(db)
  const buckets = byBucket(rows)
  const examined = rows.find((row) => row.examined !== null)?.examined ?? 0
  return {
    isExact: examined < maxPending,
    buckets: bucketStarts(range).map((at) => toBucket(at, buckets.get(at.getTime()) ?? [])),
  }
}

// Newest first, along the index of an account or of a subscription: ids are a range for a range of time. Compared as
// pairs, which no other index can do. What else is asked for is looked at row by row: however few match, no more rows
// are read.
function selectPending(
  { accountId, subscriptionId, event }: AccountFilter,
  range: StatisticsRange,
  limit: number,
) {
  const [column, value] =
    subscriptionId === undefined
      ? (['account_id', accountId] as const)
      : (['subscription_id', subscriptionId] as const)
  const [first, next] = [range.since, range.until].map(firstIdAt)
  return sql`
    select ${bucketOf(sql`created_at`, range)} as bucket,
      account_id = ${accountId} and not is_test ${event === undefined ? sql`` : sql`and event = ${event}`} as is_counted
    from (
      select account_id, created_at, event, is_test from webhooks.owed_delivery
      where (${sql.ref(column)}, id) >= (${value}::uuid, ${first}::uuid) and (${sql.ref(column)}, id) < (${value}::uuid, ${next}::uuid)
        ${subscriptionId === undefined ? sql`` : isOwn(accountId, subscriptionId)}
      order by ${sql.ref(column)} desc, id desc limit ${limit}::int
    ) newest`
}

// Asked once, before the queue: of another account's backlog nothing is read, and nothing can be told.
function isOwn(accountId: string, subscriptionId: string) {
  return sql`and exists (select from webhooks.subscription where id = ${subscriptionId} and account_id = ${accountId})`
}

function toBucket(at: Date, rows: readonly CountRow[]): StatisticsOverTime['buckets'][number] {
  return {
    at,
    deliveries: {
      succeeded: sumOf(rows, 'deliveries_succeeded'),
      failed: sumOf(rows, 'deliveries_failed'),
      pending: sumOf(rows, 'deliveries_pending'),
      canceled: sumOf(rows, 'deliveries_canceled'),
    },
    attempts: sumAttempts(rows),
  }
}
