/**
 * Cancels deliveries that are still owed to the subscriptions `$1`, at most `$2` of them, so that nobody waits long
 * for it. Attempts under way can no longer be settled.
 *
 * Rows that a dispatcher is writing at that moment are passed over rather than waited for: two statements that wait
 * for each other's rows would be a deadlock.
 */
export const CANCEL_PENDING = `
  with owed as (
    select id from webhooks.delivery
    where subscription_id = any ($1::uuid[]) and status = 'pending'
    limit $2
    for update skip locked
  )
  update webhooks.delivery d
  set status = 'canceled', due_at = null, lease_id = null, leased_at = null, lease_until = null, completed_at = now()
  from owed where d.id = owed.id`
