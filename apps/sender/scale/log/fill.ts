import type { Pool } from 'pg'

/** What was filled, and ids to look for in it. */
export interface FilledLog {
  readonly accountId: string
  readonly attempts: number
  readonly deliveries: number
  /** A subscription like most. */
  readonly subscriptionId: string
  /** One whose endpoint was down for two days. */
  readonly failingId: string
  readonly deliveryId: string
  readonly eventId: string
  /** In the middle of the time. */
  readonly middle: Date
}

const DAYS = 30
const SUBSCRIPTIONS = 50
// Deliveries for each attempt, by the mix below.
const DELIVERIES_PER_ATTEMPT = 1 / 1.18

/**
 * Fills an empty, migrated database with about `attempts` attempts over 30 days, 50 subscriptions and six types.
 *
 * 95 % succeed at once, 4 % after some retries, 1 % fail or are canceled; one endpoint was down for two days; tests and
 * redeliveries are one in ten thousand; two deliveries ended with 418. A few thousand are pending.
 */
export async function fillLog(pool: Pool, attempts: number, onDay: (day: number) => void): Promise<void> {
  const perDay = Math.max(1, Math.round((attempts * DELIVERIES_PER_ATTEMPT) / DAYS))
  const { rows: accounts } = await pool.query<{ id: string }>(
    "insert into webhooks.account (name) values ('scale') returning id",
  )
  const accountId = accounts[0]!.id
  await pool.query(SUBSCRIBE, [accountId, SUBSCRIPTIONS])
  await pool.query(
    'select webhooks.ensure_partitions((now() at time zone $1)::date - n) from generate_series(0, $2::int) n',
    ['UTC', DAYS],
  )
  for (let day = DAYS; day >= 1; day -= 1) {
    await pool.query(FILL_DAY, [accountId, day, perDay])
    onDay(DAYS - day + 1)
  }
  await pool.query(FILL_OWED, [accountId])
  await pool.query('vacuum analyze')
}

const SUBSCRIBE = `
  insert into webhooks.subscription (account_id, url, events, created_at)
  select $1, 'https://receiver-' || n || '.example/webhooks', '{*}', now() - interval '60 days' from generate_series(1, $2::int) n`

// Columns are computed from the row's number, so that every run makes the same log.
const FILL_DAY = `
  with subscription as materialized (
    select array_agg(id order by id) as ids from webhooks.subscription where account_id = $1
  ), made as materialized (
    select webhooks.uuid_v7(at) as id, webhooks.uuid_v7(at) as event_key, gen_random_uuid() as event_id, at, n,
      subscription.ids[1 + (n * 7919) % cardinality(ids)] as subscription_id, 1 + (n * 7919) % cardinality(ids) as lane,
      (array['scan.completed', 'scan.failed', 'compliance.control_failed', 'compliance.score_changed', 'evidence.uploaded',
        'integration.disconnected'])[1 + least(5, (n * 31) % 9)] as event
    from subscription, generate_series(1, $3::bigint) n,
      lateral (select now() - $2::int * interval '1 day' + n * (interval '23 hours' / $3::int) as at) instant
  ), ended as materialized (
    select *,
      case when lane = 7 and $2::int in (10, 11) then 'failed'
        when n % 1000 < 7 then 'failed' when n % 1000 = 7 then 'canceled' else 'succeeded' end as status,
      case when lane = 7 and $2::int in (10, 11) or n % 1000 < 7 then 10 when n % 100 between 50 and 53 then 1 + n % 4 else 1 end as tries,
      case n % 5 when 0 then 503 when 1 then 500 when 2 then 404 else null end as failed_with,
      case n % 5 when 0 then 'http_503' when 1 then 'http_500' when 2 then 'http_404' when 3 then 'timeout' else 'connect' end as failure
    from made
  ), event as (
    insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
    select event_key, $1, event_id, event, at,
      convert_to('{"event":"' || event || '","event_id":"' || event_id || '","timestamp":"2026-01-01T00:00:00.000Z","data":{"number":' || n || '}}', 'UTF8'),
      1, at
    from ended
  ), identity as (
    insert into webhooks.event_identity (account_id, event_id, event_key) select $1, event_id, event_key from ended
  ), completed as (
    insert into webhooks.completed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
       attempt_count, failure_count, last_outcome, last_http_status, created_at, completed_at)
    select id, $1, subscription_id, event_key, event_id, event, '*',
      case when n % 10000 = 42 then event_key end, n % 10000 = 43, status,
      case status when 'failed' then 'retries_exhausted' when 'canceled' then 'backlog_expired' end,
      case status when 'canceled' then 0 else tries end, case status when 'succeeded' then tries - 1 else tries end,
      case status when 'succeeded' then 'succeeded' when 'failed' then failure end,
      case when $2::int in (3, 20) and n = 6 then 418 when status = 'succeeded' then 200 when status = 'failed' then failed_with end,
      at, at + tries * interval '1 second'
    from ended
  )
  insert into webhooks.attempt
    (delivery_id, number, started_at, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms, remote_address, outcome,
     http_status, request_headers)
  select id, number, at + number * interval '1 second', 35, 1, 8, 14, 11, 1, '93.184.215.14',
    case when status = 'succeeded' and number = tries then 'succeeded' else failure end,
    case when status = 'succeeded' and number = tries then 200 else failed_with end, '{"content-type":"application/json"}'
  from ended cross join lateral generate_series(1, case status when 'canceled' then 0 else tries end) number`

const FILL_OWED = `
  insert into webhooks.owed_delivery
    (id, account_id, subscription_id, event_key, event_id, event, matched_by, attempt_count, failure_count, due_at,
     last_outcome, last_http_status, created_at)
  select webhooks.uuid_v7(now() - n * interval '1 second'), $1, d.subscription_id, d.event_key, d.event_id, d.event, '*',
    2, 2, now() + interval '1 hour', 'http_503', 503, now() - n * interval '1 second'
  from (
    select *, row_number() over () as n from (
      select * from webhooks.completed_delivery where account_id = $1 order by id desc limit 5000
    ) newest
  ) d`

/** Looks for what to ask for in a log that {@link fillLog} made. */
export async function readLog(pool: Pool): Promise<FilledLog> {
  const { rows } = await pool.query<Row>(`
    select (select id from webhooks.account where name = 'scale') as account_id,
      (select count(*)::int from webhooks.attempt) as attempts,
      (select count(*)::int from webhooks.completed_delivery) as deliveries,
      (select id from webhooks.subscription order by id offset 2 limit 1) as subscription_id,
      (select id from webhooks.subscription order by id offset 6 limit 1) as failing_id,
      old.id as delivery_id, old.event_id, now() - interval '15 days' as middle
    from (
      select id, event_id from webhooks.completed_delivery
      where id >= webhooks.first_id_at(now() - interval '15 days') order by id limit 1
    ) old`)
  const row = rows[0]!
  return {
    accountId: row.account_id,
    attempts: row.attempts,
    deliveries: row.deliveries,
    subscriptionId: row.subscription_id,
    failingId: row.failing_id,
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    middle: row.middle,
  }
}

interface Row {
  readonly account_id: string
  readonly attempts: number
  readonly deliveries: number
  readonly subscription_id: string
  readonly failing_id: string
  readonly delivery_id: string
  readonly event_id: string
  readonly middle: Date
}
