import type { Pool } from 'pg'

const POLL_MS = 50
const LIMIT_MS = 30_000

/** Makes what is owed to a subscription due now, whatever the schedule or its endpoint asked for. */
export async function hurry(pool: Pool, subscriptionId: string): Promise<void> {
  await pool.query(
    `with held as (update webhooks.subscription set held_until = null where id = $1 and held_until is not null)
     update webhooks.owed_delivery set due_at = now() where subscription_id = $1 and lease_id is null and due_at > now()`,
    [subscriptionId],
  )
  await pool.query("select pg_notify('webhooks_due', $1)", [subscriptionId])
}

/** Makes a subscription's endpoint have failed for so long, and so often. */
export async function ageFailures(
  pool: Pool,
  subscriptionId: string,
  { hours, failures }: { readonly hours: number; readonly failures: number },
): Promise<void> {
  await pool.query(
    `update webhooks.subscription set consecutive_failures = $2, failing_since = now() - $3 * interval '1 hour' where id = $1`,
    [subscriptionId, failures, hours],
  )
}

/**
 * Resolves once `isSo`, asked again and again.
 *
 * @throws when it is not so within half a minute, with `what`.
 */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It did not come to this: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
