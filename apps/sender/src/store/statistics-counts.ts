import { type RawBuilder, sql } from 'kysely'
import { addHistograms, type LatencyHistogram } from '../domain/latency-histogram.ts'
import type { StatisticsRange } from '../domain/statistics-range.ts'
import { ALL_EVENTS, ALL_SUBSCRIPTIONS, latencyArray } from './statistics-columns.ts'
import type { AttemptCounts } from './statistics.ts'

/** Part of what was counted for one bucket; several rows may be of the same one, to be added up. */
export interface CountRow {
  /** `null` where all subscriptions are counted together. */
  readonly subscription_id: string | null
  /** When its bucket begins. */
  readonly bucket: Date
  readonly deliveries_succeeded: number | null
  readonly deliveries_failed: number | null
  readonly deliveries_canceled: number | null
  readonly deliveries_pending: number | null
  readonly attempts_succeeded: number | null
  readonly attempts_failed: number | null
  /** A histogram, whole or, in a row with `bin`, one element of it. */
  readonly latency: LatencyHistogram | null
  readonly bin: number | null
}

/** What is counted. */
export interface CountFilter {
  readonly accountId: string
  /** Each one apart; all together if absent. */
  readonly subscriptionIds?: readonly string[]
  readonly event?: string
}

/**
 * The SQL that reads what was counted of a range, folded or not yet: {@link CountRow}s without those that are pending.
 * The range's step and its place in time decide which sums are read, see {@link chooseRange}.
 */
export function selectCounts(filter: CountFilter, range: StatisticsRange): RawBuilder<CountRow> {
  return sql<CountRow>`${selectSums(filter, range)} union all ${selectDeltas(filter, range)}`
}

function selectSums(filter: CountFilter, range: StatisticsRange): RawBuilder<CountRow> {
  const { accountId, subscriptionIds, event = ALL_EVENTS } = filter
  const subscription = subscriptionIds === undefined ? sql`null::uuid` : sql`subscription_id`
  const isFine = range.stepSeconds < HOUR_SECONDS
  return sql<CountRow>`
    select ${subscription} as subscription_id, ${bucketOf(sql`bucket`, range)} as bucket,
      sum(deliveries_succeeded)::float8 as deliveries_succeeded, sum(deliveries_failed)::float8 as deliveries_failed,
      sum(deliveries_canceled)::float8 as deliveries_canceled, 0::float8 as deliveries_pending,
      sum(attempts_succeeded)::float8 as attempts_succeeded, sum(attempts_failed)::float8 as attempts_failed,
      ${sumOfLatencies}::float8[] as latency, null::int as bin
    from webhooks.statistics
    where account_id = ${accountId} and ${isOneOf(subscriptionIds ?? [ALL_SUBSCRIPTIONS])}
      and event = ${event} and step_seconds = ${sql.lit(isFine ? 60 : HOUR_SECONDS)}
      and bucket >= ${range.since} and bucket < ${range.until}
    group by 1, 2`
}

function selectDeltas(filter: CountFilter, range: StatisticsRange): RawBuilder<CountRow> {
  const { accountId, subscriptionIds, event } = filter
  const subscription = subscriptionIds === undefined ? sql`null::uuid` : sql`subscription_id`
  const where = sql`account_id = ${accountId}
    ${subscriptionIds === undefined ? sql`` : sql`and ${isOneOf(subscriptionIds)}`}
    ${event === undefined ? sql`` : sql`and event = ${event}`}`
  return sql<CountRow>`
    select ${subscription}, ${bucketOf(sql`made_at`, range)}, sum(count) filter (where status = 'succeeded')::float8,
      sum(count) filter (where status = 'failed')::float8, sum(count) filter (where status = 'canceled')::float8,
      0::float8, 0::float8, 0::float8, null::float8[], null::int
    from webhooks.statistics_delta
    where ${where} and made_at >= ${range.since} and made_at < ${range.until} group by 1, 2
    union all
    select ${subscription}, ${bucketOf(sql`ended_at`, range)}, 0, 0, 0, 0, sum(count) filter (where has_succeeded)::float8,
      sum(count) filter (where not has_succeeded)::float8, case when latency_bin is not null then array[sum(count)::float8] end, latency_bin
    from webhooks.statistics_delta
    where ${where} and ended_at >= ${range.since} and ended_at < ${range.until} group by 1, 2, latency_bin`
}

// Of one, PostgreSQL then knows that a range of buckets is a range of the primary key, whatever the plan is made for.
function isOneOf(ids: readonly string[]): RawBuilder<unknown> {
  const [id, ...others] = ids
  return others.length === 0 ? sql`subscription_id = ${id}` : sql`subscription_id = any(${ids}::uuid[])`
}

/** The SQL for the start of the bucket that an instant is in. */
export function bucketOf(
  instant: RawBuilder<unknown>,
  { since, stepSeconds }: StatisticsRange,
): RawBuilder<unknown> {
  return sql`date_bin(${`${stepSeconds} seconds`}::interval, ${instant}, ${since}::timestamptz)`
}

/** Rows by the bucket that they are of, as milliseconds since the epoch. */
export function byBucket<Row extends CountRow>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  return Map.groupBy(rows, ({ bucket }) => bucket.getTime())
}

/** Adds up the attempts of rows of one bucket. */
export function sumAttempts(rows: readonly CountRow[]): AttemptCounts {
  return {
    succeeded: sumOf(rows, 'attempts_succeeded'),
    failed: sumOf(rows, 'attempts_failed'),
    latency: addHistograms(rows.map(toHistogram)),
  }
}

/** Adds up one column. */
export function sumOf(
  rows: readonly CountRow[],
  column:
    | `deliveries_${'succeeded' | 'failed' | 'canceled' | 'pending'}`
    | `attempts_${'succeeded' | 'failed'}`,
): number {
  return rows.reduce((sum, row) => sum + (row[column] ?? 0), 0)
}

function toHistogram({ latency, bin }: CountRow): LatencyHistogram {
  if (latency === null) return []
  return bin === null ? latency : [...Array.from({ length: bin }, () => 0), ...latency]
}

const HOUR_SECONDS = 3600
const sumOfLatencies = sql.raw(latencyArray((bin) => `coalesce(sum(latency[${bin + 1}]), 0)`))
