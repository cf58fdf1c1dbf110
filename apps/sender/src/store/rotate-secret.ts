import { sql } from 'kysely'
import { type OnceOnly, type Repeated, runOnce } from './idempotency.ts'
import {
  type ChangeRefusal,
  type ChangeTarget,
  lockSubscription,
  readExisting,
} from './locked-subscription.ts'
import { replaceSecret, type SecretRefusal } from './subscription-secrets.ts'
import type { StoreContext } from './subscription-store-context.ts'
import type { Subscription } from './subscription.ts'

/** The secret that takes over. */
export interface Rotation {
  readonly secret: string
  /** How long the secrets before it go on signing beside it; 0 when one of them has leaked. */
  readonly overlapSeconds: number
}

/** The subscription with its new secret, or why it has none. */
export type Rotated =
  | { readonly kind: 'done'; readonly result: Subscription }
  | SecretRefusal
  | ChangeRefusal
  | Repeated

/** {@link SubscriptionStore.rotateSecret}. */
export async function rotateSecret(
  context: StoreContext,
  target: ChangeTarget,
  { secret, overlapSeconds }: Rotation,
  once?: OnceOnly<Subscription>,
): Promise<Rotated> {
  const { db, audit, encryptionKeys, openSecret } = context
  const { accountId, id, actor } = target
  return await db.transaction().execute(async (tx) => {
    const outcome = await runOnce(tx, encryptionKeys, accountId, once, async () => {
      const locked = await lockSubscription(tx, target)
      if (locked.kind !== 'locked') return locked
      const refusal = await replaceSecret(tx, encryptionKeys, id, secret, overlapSeconds)
      if (refusal !== undefined) return refusal
      await tx
        .updateTable('subscription')
        .set({ version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
        .where('id', '=', id)
        .execute()
      return { kind: 'done', result: await readExisting(tx, accountId, id, openSecret) } as const
    })
    if (outcome.kind === 'done') {
      const details = { version: outcome.result.version, overlap_seconds: overlapSeconds }
      const action = 'subscription.secret_rotated'
      await audit.append(tx, { accountId, actor, action, target: `subscription:${id}`, details })
    }
    return outcome
  })
}
