import type { Pool } from 'pg'
import {
  ALL_EVENTS,
  ALL_SUBSCRIPTIONS,
  eachCount,
  eachStatus,
  latencyArray,
  MINUTES_KEPT,
} from './statistics-columns.ts'

/** Deltas that one statement folds, so that none takes long. */
const FOLD_BATCH = 20_000

// A delta is taken and added by one statement: whoever reads sees it either in the one table or in the other. Rows are
// added in one order, so that two processes that fold at the same time never wait for each other's.
//
// Deltas of the same cell and attempts of the same latency are counted before sums are made of them: there are many more
// of them than of what comes out.
const FOLD = `
  with taken as (
    delete from webhooks.statistics_delta
    where ctid = any (array(select ctid from webhooks.statistics_delta limit $1::int for update skip locked))
    returning *
  ), counted as (
    select account_id, subscription_id, event, date_bin('1 minute', made_at, 'epoch') as minute,
      ${eachStatus((status) => `sum(count) filter (where status = '${status}') as deliveries_${status}`)},
      0 as attempts_succeeded, 0 as attempts_failed, null::smallint as bin, 0 as answers
    from taken where made_at is not null group by 1, 2, 3, 4
    union all
    select account_id, subscription_id, event, date_bin('1 minute', ended_at, 'epoch'), ${eachStatus(() => '0')},
      sum(count) filter (where has_succeeded), sum(count) filter (where not has_succeeded), latency_bin, sum(count)
    from taken where ended_at is not null group by 1, 2, 3, 4, latency_bin
  ), summed as (
    select account_id, coalesce(subscription_id, '${ALL_SUBSCRIPTIONS}') as subscription_id,
      coalesce(event, '${ALL_EVENTS}') as event, step_seconds, date_bin(step_seconds * interval '1 second', minute, 'epoch') as bucket,
      ${eachCount((column) => `coalesce(sum(${column}), 0)::int as ${column}`)},
      case when count(bin) > 0
        then ${latencyArray((bin) => `coalesce(sum(answers) filter (where bin = ${bin}), 0)::int`)} end as latency
    from counted, (values (60), (3600)) as step (step_seconds)
    where step_seconds = 3600 or minute >= now() - ${MINUTES_KEPT}
    group by account_id, step_seconds, date_bin(step_seconds * interval '1 second', minute, 'epoch'),
      grouping sets ((subscription_id, event), (subscription_id), (event), ())
  ), added as (
    insert into webhooks.statistics as s
      (account_id, subscription_id, event, step_seconds, bucket, ${eachCount((column) => column)}, latency)
    select account_id, subscription_id, event, step_seconds, bucket, ${eachCount((column) => column)}, latency
    from summed order by account_id, subscription_id, event, step_seconds, bucket
    on conflict (account_id, subscription_id, event, step_seconds, bucket) do update
    set ${eachCount((column) => `${column} = s.${column} + excluded.${column}`)},
      latency = case when s.latency is null then excluded.latency when excluded.latency is null then s.latency
        else ${latencyArray((bin) => `s.latency[${bin + 1}] + excluded.latency[${bin + 1}]`)} end
  )
  select count(*)::int as count from taken`

/**
 * Adds what was counted lately to the sums that are read. What is asked for is the same before and after, and in between.
 *
 * @returns whether there may be more.
 */
export async function foldStatistics(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ count: number }>(FOLD, [FOLD_BATCH])
  return rows[0]?.count === FOLD_BATCH
}
