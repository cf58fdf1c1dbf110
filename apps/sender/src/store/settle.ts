import type { Pool } from 'pg'
import type { Settlement } from './delivery-queue.ts'

// Settling is fenced: only the holder of the lease finds its row. An endpoint's hold only ever grows.
// One statement can update a row only once, so what several answers of one endpoint said is gathered first. Endpoints
// are locked in the order of their ids: two settlements never wait for each other.
const SETTLE = `
  with settled as (
    update webhooks.delivery d
    set status = i.status, due_at = now() + i.retry_in_ms * interval '1 millisecond', lease_id = null, leased_at = null, lease_until = null,
      failure_count = d.failure_count + i.failures, last_outcome = i.outcome, last_http_status = i.http_status,
      completed_at = case when i.retry_in_ms is null then now() end
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::int[], $6::text[], $7::smallint[])
      as i (delivery_id, lease_id, status, retry_in_ms, failures, outcome, http_status)
    where d.id = i.delivery_id and d.lease_id = i.lease_id
    returning d.id, d.subscription_id, d.attempt_count
  ), recorded as (
    insert into webhooks.attempt
      (delivery_id, number, started_at, duration_ms, outcome, http_status, response_body, detail)
    select s.id, s.attempt_count, i.started_at, i.duration_ms, i.outcome, i.http_status, i.response_body, i.detail
    from settled s
    join unnest($1::uuid[], $6::text[], $7::smallint[], $8::timestamptz[], $9::int[], $10::bytea[], $11::text[])
      as i (delivery_id, outcome, http_status, started_at, duration_ms, response_body, detail)
      on i.delivery_id = s.id
  ), answer as (
    select s.subscription_id, max(i.hold_for_ms) as hold_for_ms, bool_or(i.is_gone) as is_gone
    from settled s
    join unnest($1::uuid[], $12::float8[], $13::bool[]) as i (delivery_id, hold_for_ms, is_gone)
      on i.delivery_id = s.id
    where i.hold_for_ms is not null or i.is_gone
    group by s.subscription_id
  ), endpoint as (
    select s.id from webhooks.subscription s
    where s.id in (select subscription_id from answer)
    order by s.id
    for no key update
  ), answered as (
    update webhooks.subscription s
    set held_until = greatest(s.held_until, now() + a.hold_for_ms * interval '1 millisecond'),
      state = case when a.is_gone and s.state = 'active' then 'disabled' else s.state end,
      state_reason = case when a.is_gone and s.state = 'active' then 'endpoint_gone' else s.state_reason end,
      updated_at = case when a.is_gone and s.state = 'active' then now() else s.updated_at end
    from endpoint e join answer a on a.subscription_id = e.id
    where s.id = e.id
  )
  select id from settled`

/** {@link DeliveryQueue.settle} in one statement. */
export async function settle(pool: Pool, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
  const results = settlements.map((settlement) => settlement.result)
  const verdicts = settlements.map((settlement) => settlement.verdict)
  const { rows } = await pool.query<{ id: string }>({
    name: 'settle',
    text: SETTLE,
    values: [
      settlements.map((settlement) => settlement.delivery.id),
      settlements.map((settlement) => settlement.delivery.leaseId),
      verdicts.map((verdict) => verdict.status),
      verdicts.map((verdict) => verdict.retryInMs),
      verdicts.map((verdict) => (verdict.isFailure ? 1 : 0)),
      results.map((result) => result.outcome),
      results.map((result) => result.httpStatus ?? null),
      results.map((result) => result.startedAt),
      results.map((result) => result.durationMs),
      results.map((result) => result.responseBody ?? null),
      results.map((result) => result.detail ?? null),
      verdicts.map((verdict) => verdict.holdForMs ?? null),
      verdicts.map((verdict) => verdict.isGone ?? false),
    ],
  })
  return new Set(rows.map((row) => row.id))
}
