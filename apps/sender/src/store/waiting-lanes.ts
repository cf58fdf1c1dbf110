import type { Pool } from 'pg'
import { CANCEL_PENDING } from './cancel-pending.ts'
import type { WaitingLane } from './delivery-queue.ts'

// The dispatcher waits for it, and there is seldom more than one row to cancel.
const CANCEL_BATCH = 500

// Jumps from lane to lane along the index instead of reading every pending row.
const FIND_WAITING_LANES = `
  with recursive lane as (
    (select subscription_id, due_at from webhooks.delivery
     where status = 'pending' order by subscription_id, due_at limit 1)
    union all
    select head.* from lane cross join lateral (
      select d.subscription_id, d.due_at from webhooks.delivery d
      where d.status = 'pending' and d.subscription_id > lane.subscription_id
      order by d.subscription_id, d.due_at limit 1
    ) head
  )
  select lane.subscription_id, extract(epoch from greatest(lane.due_at, s.held_until) - now())::float8 * 1000 as ready_in_ms, s.deleted_at is not null as is_deleted
  from lane join webhooks.subscription s on s.id = lane.subscription_id
  where s.state = 'active' or s.deleted_at is not null`

/** {@link DeliveryQueue.findWaitingLanes}. */
export async function findWaitingLanes(pool: Pool): Promise<readonly WaitingLane[]> {
  const { rows } = await pool.query<{ subscription_id: string; ready_in_ms: number; is_deleted: boolean }>({
    name: 'find-waiting-lanes',
    text: FIND_WAITING_LANES,
  })
  const deleted = rows.filter((row) => row.is_deleted).map((row) => row.subscription_id)
  if (deleted.length > 0) await pool.query(CANCEL_PENDING, [deleted, CANCEL_BATCH])
  return rows
    .filter((row) => !row.is_deleted)
    .map((row) => ({ subscriptionId: row.subscription_id, readyInMs: row.ready_in_ms }))
}
