/**
 * Cancels the deliveries that `selection` finds: a `select id from webhooks.owed_delivery …`, which should be limited
 * and end with `for update skip locked`. Rows that a dispatcher is writing at that moment are passed over rather than
 * waited for: two statements that wait for each other's rows would be a deadlock.
 *
 * The attempt of a delivery that is canceled while it runs is recorded all the same when it ends: see settle.ts.
 *
 * @param reason a parameter of the statement: `$3`.
 */
export function cancelDeliveries(selection: string, reason: `$${number}`): string {
  return `
  with owed as (${selection}), removed as (
    delete from webhooks.owed_delivery d using owed where d.id = owed.id returning d.*
  )
  insert into webhooks.completed_delivery
    (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
     attempt_count, failure_count, lease_id, last_outcome, last_http_status, created_at, completed_at)
  select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, 'canceled',
    ${reason}, attempt_count, failure_count, lease_id, last_outcome, last_http_status, created_at, now()
  from removed`
}

/** Cancels deliveries that are still owed to the subscriptions `$1`, at most `$2` of them, for the reason `$3`. */
export const CANCEL_PENDING = cancelDeliveries(
  `select id from webhooks.owed_delivery where subscription_id = any ($1::uuid[]) limit $2 for update skip locked`,
  '$3',
)

/** Cancels the deliveries `$1` for the reason `$2`. */
export const CANCEL_THESE = cancelDeliveries(
  `select id from webhooks.owed_delivery where id = any ($1::uuid[]) for update skip locked`,
  '$2',
)
