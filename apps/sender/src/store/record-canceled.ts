import type { Pool } from 'pg'
import { ATTEMPT_COLUMN_TYPES, ATTEMPT_COLUMNS, attemptValues } from './attempt-values.ts'
import { COUNTED_ATTEMPT } from './counted-attempt.ts'
import type { Settlement } from './delivery-queue.ts'

// Whoever canceled it left the lease in the row, which is the fence here as it is in the queue. The row's partition is
// detached before the attempts' of the same day: where there is the one, there is the other. The range of the ids leaves
// out the other days while the statement is planned.
const RECORD_CANCELED = `
  with input as materialized (
    select * from json_to_recordset($1::json) as i (delivery_id uuid, lease_id uuid, number int, ${ATTEMPT_COLUMN_TYPES})
  ), canceled as (
    update webhooks.completed_delivery c set lease_id = null, last_outcome = i.outcome, last_http_status = i.http_status
    from input i
    where c.id between $2 and $3 and c.id = i.delivery_id and c.lease_id = i.lease_id
    returning c.id, c.account_id, c.subscription_id, c.event, c.is_test, c.attempt_count, ${COUNTED_ATTEMPT}
  ), recorded as (
    insert into webhooks.attempt (delivery_id, number, ${ATTEMPT_COLUMNS})
    select c.id, c.attempt_count, ${ATTEMPT_COLUMNS}
    from canceled c join input i on i.delivery_id = c.id
    on conflict do nothing
    returning delivery_id
  ), counted as (
    insert into webhooks.statistics_delta (account_id, subscription_id, event, has_succeeded, ended_at, latency_bin, count)
    select account_id, subscription_id, event, has_succeeded, ended_at, latency_bin, 1
    from canceled c join recorded r on r.delivery_id = c.id
    where not is_test and ended_at is not null
  )
  select id from canceled
  union
  select a.delivery_id from webhooks.attempt a join input i on a.delivery_id = i.delivery_id and a.number = i.number
  where a.delivery_id between $2 and $3 and a.started_at = i.started_at`

/**
 * Of settlements for which the queue has no row any more, records the attempts of those that were canceled while they were
 * attempted: they stay canceled, and say nothing of their endpoint. Returns their ids, and the ids of those that were
 * recorded before: the connection broke after the commit.
 */
export async function recordCanceled(
  pool: Pool,
  settlements: readonly Settlement[],
): Promise<readonly string[]> {
  if (settlements.length === 0) return []
  const input = settlements.map(({ delivery, result }) => ({
    delivery_id: delivery.id,
    lease_id: delivery.leaseId,
    number: delivery.attempt,
    ...attemptValues(result),
  }))
  const ids = settlements.map(({ delivery }) => delivery.id).toSorted()
  const { rows } = await pool.query<{ id: string }>(RECORD_CANCELED, [
    JSON.stringify(input),
    ids.at(0),
    ids.at(-1),
  ])
  return rows.map((row) => row.id)
}
