import { CompiledQuery, sql } from 'kysely'
import { CANCEL_PENDING } from './cancel-pending.ts'
import { type ChangeRefusal, type ChangeTarget, lockSubscription } from './locked-subscription.ts'
import type { StoreContext } from './subscription-store-context.ts'

/** Deliveries that are canceled at once; those of a larger backlog follow. */
export const CANCEL_BATCH = 5000

/** {@link SubscriptionStore.delete}. */
export async function deleteSubscription(
  { db, audit }: StoreContext,
  target: ChangeTarget,
): Promise<{ readonly kind: 'done' } | ChangeRefusal> {
  const { accountId, id, actor } = target
  // The subscription goes first and alone: from then on nothing more is claimed for it. What is published meanwhile, and
  // a backlog that would keep the caller waiting, is canceled by the dispatchers; see waiting-lanes.ts.
  const outcome = await db.transaction().execute(async (tx) => {
    const locked = await lockSubscription(tx, target)
    if (locked.kind !== 'locked') return locked
    await tx
      .updateTable('subscription')
      .set({
        deleted_at: sql<Date>`now()`,
        updated_at: sql<Date>`now()`,
        version: sql<number>`version + 1`,
        sealed_headers: null,
      })
      .where('id', '=', id)
      .execute()
    await tx.deleteFrom('subscription_secret').where('subscription_id', '=', id).execute()
    // They hold secrets, too.
    await tx
      .deleteFrom('idempotency_key')
      .where('account_id', '=', accountId)
      .where('subscription_id', '=', id)
      .execute()
    const details = { url: locked.row.url }
    const action = 'subscription.deleted'
    await audit.append(tx, { accountId, actor, action, target: `subscription:${id}`, details })
    return { kind: 'done' } as const
  })
  if (outcome.kind === 'done') {
    await db.executeQuery(CompiledQuery.raw(CANCEL_PENDING, [[id], CANCEL_BATCH, 'subscription_deleted']))
  }
  return outcome
}
