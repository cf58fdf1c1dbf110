import { eventCatalog } from '@complywise/webhooks'
import type { Pool } from 'pg'

/** What {@link fillHistory} fills a Delivery Log with. */
export interface History {
  readonly accountId: string
  /** Their deliveries take turns. */
  readonly subscriptionIds: readonly string[]
  readonly deliveries: number
  /** How many days back it begins; it ends now. */
  readonly days: number
}

/**
 * Writes deliveries of the past straight into the log, with events, attempts and statistics, as if a sender had made them:
 * 94 % succeed, most of them at once; 5 % fail after ten attempts, 1 % are canceled. Every run makes the same ones.
 *
 * A million take about a minute.
 */
export async function fillHistory(
  pool: Pool,
  { accountId, subscriptionIds, ...history }: History,
): Promise<void> {
  const { days } = history
  const perDay = Math.max(1, Math.round(history.deliveries / days))
  await pool.query(
    "select webhooks.ensure_partitions((now() at time zone 'UTC')::date - n) from generate_series(0, $1::int) n",
    [days],
  )
  const examples = Object.fromEntries(
    Object.entries(eventCatalog).map(([event, { example }]) => [event, example]),
  )
  const client = await pool.connect()
  try {
    await client.query('begin')
    // The trigger counts each minute for itself; the statement below counts what is old by hours, as an upgrade does.
    await client.query("set local session_replication_role = 'replica'")
    for (let day = days; day >= 1; day -= 1) {
      await client.query(FILL_DAY, [accountId, day, perDay, subscriptionIds, JSON.stringify(examples)])
    }
    await client.query('commit')
  } finally {
    client.release()
  }
  if (history.deliveries > 10_000) await pool.query('vacuum analyze')
}

const FILL_DAY = `
  with made as materialized (
    select webhooks.uuid_v7(at) as id, webhooks.uuid_v7(at) as event_key, gen_random_uuid() as event_id, at, n,
      ($4::uuid[])[1 + n % cardinality($4::uuid[])] as subscription_id,
      names[1 + (n * 31) % cardinality(names)] as event, (n * 7919) % 1000 as luck,
      -- Slower by day than by night.
      15 + ((n * 104729) % 100) ^ 2 / 100 * (1.2 + sin(extract(epoch from at) / 86400 * 6.2832)) as latency
    from generate_series(1, $3::bigint) n,
      (select array_agg(key order by key) as names from json_each($5::json)) types,
      lateral (select now() - $2::int * interval '1 day' + n * (interval '1 day' / $3::int) as at) instant
    where at < now()
  ), ended as materialized (
    select *,
      case when luck < 50 then 'failed' when luck < 60 then 'canceled' else 'succeeded' end as status,
      case when luck < 50 then 10 when luck < 60 then 0 when luck < 120 then 2 + luck % 3 else 1 end as tries,
      case luck % 5 when 0 then 'http_503' when 1 then 'http_500' when 2 then 'http_404' when 3 then 'timeout' else 'connect' end as failure,
      (array[503, 500, 404, null, null])[1 + luck % 5] as failed_with
    from made
  ), attempted as materialized (
    select ended.*, number, at + (number - 1) * interval '1 second' as started_at,
      case when status = 'succeeded' and number = tries then 'succeeded' else failure end as outcome,
      case when status = 'succeeded' and number = tries then 200 else failed_with end as http_status,
      case when failure = 'timeout' and not (status = 'succeeded' and number = tries) then 15000 else latency::int end as duration_ms
    from ended cross join lateral generate_series(1, tries) number
  ), event as (
    insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
    select event_key, $1, event_id, event, at,
      convert_to('{"event":"' || event || '","event_id":"' || event_id || '","timestamp":"'
        || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","data":' || ($5::json ->> event) || '}', 'UTF8'),
      1, at
    from ended
  ), identity as (
    insert into webhooks.event_identity (account_id, event_id, event_key) select $1, event_id, event_key from ended
  ), completed as (
    insert into webhooks.completed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, matched_by, is_test, status, reason, attempt_count,
       failure_count, last_outcome, last_http_status, created_at, completed_at)
    select id, $1, subscription_id, event_key, event_id, event, '*', false, status,
      case status when 'failed' then 'retries_exhausted' when 'canceled' then 'backlog_expired' end,
      tries, case status when 'succeeded' then tries - 1 else tries end,
      case status when 'succeeded' then 'succeeded' when 'failed' then failure end,
      case status when 'succeeded' then 200 when 'failed' then failed_with end, at, at + tries * interval '1 second'
    from ended
  ), attempt as (
    insert into webhooks.attempt
      (delivery_id, number, started_at, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms, remote_address,
       outcome, http_status, request_headers, response_body)
    select id, number, started_at, duration_ms, 1, duration_ms * 0.2, duration_ms * 0.3, duration_ms * 0.45, 0.5,
      '203.0.113.7', outcome, http_status, '{"content-type":"application/json"}',
      case when http_status is not null then '{"status":"processed"}'::bytea end
    from attempted
  ), counted_deliveries as (
    insert into webhooks.statistics_delta (account_id, subscription_id, event, made_at, status, count)
    select $1, subscription_id, event, date_bin(case when $2::int > 3 then interval '1 hour' else interval '1 minute' end, at, 'epoch'),
      status, count(*)
    from ended group by 2, 3, 4, 5
  )
  insert into webhooks.statistics_delta (account_id, subscription_id, event, ended_at, has_succeeded, latency_bin, count)
  select $1, subscription_id, event,
    date_bin(case when $2::int > 3 then interval '1 hour' else interval '1 minute' end, started_at, 'epoch'),
    outcome = 'succeeded', case when http_status is not null then webhooks.latency_bin(duration_ms) end, count(*)
  from attempted group by 2, 3, 4, 5, 6`
