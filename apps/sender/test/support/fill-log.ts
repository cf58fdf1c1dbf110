import type { Pool } from 'pg'

/** Puts failed deliveries of as many new events into the log of a subscription. */
export async function failDeliveries(pool: Pool, subscriptionId: string, count: number): Promise<void> {
  await pool.query("select webhooks.ensure_partitions((now() at time zone 'UTC')::date)")
  await pool.query(
    `with made as (
       select webhooks.uuid_v7() as key, webhooks.uuid_v7() as id, gen_random_uuid() as event_id, s.account_id, s.id as subscription_id
       from webhooks.subscription s, generate_series(1, $2::int) where s.id = $1
     ), event as (
       insert into webhooks.event (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
       select key, account_id, event_id, 'scan.completed', now(), '{}', 1, now() from made
     ), identity as (
       insert into webhooks.event_identity (account_id, event_id, event_key) select account_id, event_id, key from made
     )
     insert into webhooks.completed_delivery
       (id, account_id, subscription_id, event_key, event_id, event, matched_by, is_test, status, reason, attempt_count,
        failure_count, last_outcome, last_http_status, created_at, completed_at)
     select id, account_id, subscription_id, key, event_id, 'scan.completed', '*', false, 'failed', 'retries_exhausted', 10,
       10, 'http_503', 503, now(), now()
     from made`,
    [subscriptionId, count],
  )
}

/** Puts a redelivery of a completed delivery into the log; returns its id. */
export async function insertCompleted(
  pool: Pool,
  originalId: string,
  status: 'succeeded' | 'failed',
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into webhooks.completed_delivery
       (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
        attempt_count, failure_count, last_outcome, last_http_status, created_at, completed_at)
     select webhooks.uuid_v7(), account_id, subscription_id, event_key, event_id, event, matched_by, id, is_test, $2, null,
       1, 0, null, null, now(), now()
     from webhooks.completed_delivery where id = $1
     returning id`,
    [originalId, status],
  )
  return rows[0]!.id
}
