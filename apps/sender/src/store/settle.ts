import type { Pool } from 'pg'
import type { Settlement } from './delivery-queue.ts'

// Settling is fenced: only the holder of the lease finds its row. An endpoint's hold only ever grows.
const SETTLE = `
  with settled as (
    update webhooks.delivery d
    set status = i.status, due_at = i.due_at, lease_id = null, leased_at = null, lease_until = null,
      failure_count = d.failure_count + i.failures, last_outcome = i.outcome, last_http_status = i.http_status,
      completed_at = case when i.due_at is null then now() end
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::smallint[])
      as i (delivery_id, lease_id, status, due_at, failures, outcome, http_status)
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
  ), held as (
    update webhooks.subscription s
    set held_until = greatest(s.held_until, i.held_until)
    from (select settled.subscription_id, max(held_until) as held_until
          from settled join unnest($1::uuid[], $12::timestamptz[]) as e (delivery_id, held_until) on e.delivery_id = settled.id
          group by 1) i
    where s.id = i.subscription_id and i.held_until is not null
  ), disabled as (
    update webhooks.subscription s
    set state = 'disabled', state_reason = 'endpoint_gone', updated_at = now()
    from settled join unnest($1::uuid[], $13::bool[]) as e (delivery_id, is_gone) on e.delivery_id = settled.id and e.is_gone
    where s.id = settled.subscription_id and s.state = 'active'
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
      verdicts.map((verdict) => verdict.dueAt),
      verdicts.map((verdict) => (verdict.isFailure ? 1 : 0)),
      results.map((result) => result.outcome),
      results.map((result) => result.httpStatus ?? null),
      results.map((result) => result.startedAt),
      results.map((result) => result.durationMs),
      results.map((result) => result.responseBody ?? null),
      results.map((result) => result.detail ?? null),
      verdicts.map((verdict) => verdict.holdUntil ?? null),
      verdicts.map((verdict) => verdict.isGone ?? false),
    ],
  })
  return new Set(rows.map((row) => row.id))
}
