/** Deliveries that one statement cancels: so few that nobody waits long for it. */
export const CANCEL_BATCH = 5000

/**
 * Cancels up to {@link CANCEL_BATCH} deliveries that are still owed to the subscriptions `$1`; attempts under way
 * can no longer be settled.
 *
 * Rows that a dispatcher is writing at that moment are passed over rather than waited for: two statements that wait
 * for each other's rows would be a deadlock.
 */
export const CANCEL_PENDING = `
  with owed as (
    select id from webhooks.delivery
    where subscription_id = any ($1::uuid[]) and status = 'pending'
    limit ${CANCEL_BATCH}
    for update skip locked
  )
  update webhooks.delivery d
  set status = 'canceled', due_at = null, lease_id = null, leased_at = null, lease_until = null, completed_at = now()
  from owed where d.id = owed.id`
