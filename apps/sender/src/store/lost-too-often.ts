import type { Pool } from 'pg'
import { healPartitions } from './heal-partitions.ts'

const MAX_LOST = 20

// What was counted at the claim is not made.
const GIVE_UP_LOST = `
  with lost as (
    select l.id from unnest($1::uuid[]) as l (id)
    where (select count(*) from webhooks.attempt a where a.delivery_id = l.id and a.outcome = 'lease_expired') >= ${MAX_LOST}
  ), removed as (
    delete from webhooks.owed_delivery d using lost where d.id = lost.id and d.lease_id = $2 returning d.*
  )
  insert into webhooks.completed_delivery
    (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
     attempt_count, failure_count, last_outcome, last_http_status, created_at, completed_at)
  select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, 'failed',
    'attempts_lost', attempt_count - 1, failure_count, last_outcome, last_http_status, created_at, now()
  from removed
  returning id`

/** Of a delivery just claimed, what tells whether it may have been lost too often. */
interface Counts {
  readonly id: string
  readonly attempt_count: number
  readonly failure_count: number
}

/**
 * Of deliveries just claimed with `leaseId`, gives up those of which 20 attempts were lost, as failed with the reason
 * `attempts_lost`: such a one may be what ends its process, and would do so for ever.
 *
 * @returns their ids.
 */
export async function giveUpLost(
  pool: Pool,
  claimed: readonly Counts[],
  leaseId: string,
): Promise<ReadonlySet<string>> {
  // A lost attempt is no failure, so hardly any delivery has to be looked at.
  const suspects = claimed.filter((row) => row.attempt_count - row.failure_count > MAX_LOST)
  if (suspects.length === 0) return none
  const { rows } = await healPartitions(pool, () =>
    pool.query<{ id: string }>(GIVE_UP_LOST, [suspects.map(({ id }) => id), leaseId]),
  )
  return new Set(rows.map(({ id }) => id))
}

const none: ReadonlySet<string> = new Set()
