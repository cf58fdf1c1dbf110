import type { Pool } from 'pg'
import { healPartitions } from './heal-partitions.ts'

// There are never more of them than tests that were under way when a process died.
const GIVE_UP_INTERRUPTED = `
  with interrupted as (
    select id from webhooks.owed_delivery where is_test and lease_until <= now() for update skip locked
  ), removed as (
    delete from webhooks.owed_delivery d using interrupted i where d.id = i.id returning d.*
  ), recorded as (
    insert into webhooks.attempt (delivery_id, number, started_at, duration_ms, outcome, detail)
    select id, attempt_count, leased_at, 0, 'lease_expired', 'The sender stopped during this attempt; its outcome is unknown.'
    from removed
  )
  insert into webhooks.completed_delivery
    (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
     attempt_count, failure_count, last_outcome, created_at, completed_at)
  select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, 'failed',
    'test_interrupted', attempt_count, failure_count, 'lease_expired', created_at, now()
  from removed`

/**
 * Gives up the tests whose attempt was interrupted, as failed with the reason `test_interrupted`, whatever the state of
 * their subscription. A claim passes over them: attempted later, a test would be taken for real.
 */
export async function giveUpInterruptedTests(pool: Pool): Promise<void> {
  await healPartitions(pool, () => pool.query(GIVE_UP_INTERRUPTED))
}
