import type { Pool } from 'pg'
import { CANCEL_PENDING } from './cancel-pending.ts'
import type { WaitingLane } from './delivery-queue.ts'

// The dispatcher waits for it. What is left of a larger backlog goes with the next maintenance: see backlog.ts.
const CANCELED_AT_ONCE = 500

/**
 * The beginning of a statement: `lane` has the `subscription_id` of every subscription that is owed anything. Jumps from
 * lane to lane along the index instead of reading every row of the queue.
 */
export const WITH_LANES = `
  with recursive lane as (
    (select subscription_id from webhooks.owed_delivery order by subscription_id limit 1)
    union all
    select next.subscription_id from lane cross join lateral (
      select d.subscription_id from webhooks.owed_delivery d
      where d.subscription_id > lane.subscription_id
      order by d.subscription_id limit 1
    ) next
  )`

const FIND_WAITING_LANES = `${WITH_LANES}
  select s.id as subscription_id, s.deleted_at is not null as is_deleted,
    extract(epoch from greatest(head.due_at, s.held_until, probe.lease_until) - now())::float8 * 1000 as ready_in_ms
  from lane join webhooks.subscription s on s.id = lane.subscription_id
  cross join lateral (
    select case when s.is_ordered
      then (select d.due_at from webhooks.owed_delivery d where d.subscription_id = s.id order by d.id limit 1)
      else least(
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = s.id and least(d.failure_count, 1) = 1 order by d.due_at limit 1),
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = s.id and least(d.failure_count, 1) = 0 order by d.due_at limit 1))
    end as due_at
  ) head
  left join lateral (
    select p.lease_until from webhooks.owed_delivery p
    where s.is_probing and p.id = s.probe_delivery_id and p.lease_id = s.probe_lease_id
  ) probe on true
  where s.state = 'active' or s.deleted_at is not null`

/** {@link DeliveryQueue.findWaitingLanes}. */
export async function findWaitingLanes(pool: Pool): Promise<readonly WaitingLane[]> {
  const { rows } = await pool.query<{ subscription_id: string; ready_in_ms: number; is_deleted: boolean }>({
    name: 'find-waiting-lanes',
    text: FIND_WAITING_LANES,
  })
  const deleted = rows.filter((row) => row.is_deleted).map((row) => row.subscription_id)
  if (deleted.length > 0)
    await pool.query(CANCEL_PENDING, [deleted, CANCELED_AT_ONCE, 'subscription_deleted'])
  return rows
    .filter((row) => !row.is_deleted)
    .map((row) => ({ subscriptionId: row.subscription_id, readyInMs: row.ready_in_ms }))
}
