import { sql } from 'kysely'
import {
  type ChangeRefusal,
  type ChangeTarget,
  lockSubscription,
  readExisting,
  visibleState,
} from './locked-subscription.ts'
import { notifyDue } from './notify-due.ts'
import { afresh } from './start-afresh.ts'
import type { StoreContext } from './subscription-store-context.ts'
import type { Subscription, SubscriptionState } from './subscription.ts'
import { recordTransition } from './transitions.ts'

/** What a person may ask of a subscription's state. */
export type StateRequest = 'pause' | 'resume' | 'enable'

/** The subscription in the state that was asked for, or why it is not. */
export type StateChanged =
  | { readonly kind: 'done'; readonly result: Subscription }
  /** It is in a state from which this does not lead anywhere. */
  | { readonly kind: 'state-conflict'; readonly state: SubscriptionState }
  | ChangeRefusal

interface Step {
  readonly from: SubscriptionState
  readonly to: SubscriptionState
  /** In the audit log: `subscription.paused`. */
  readonly done: string
}

const steps: Readonly<Record<StateRequest, Step>> = {
  pause: { from: 'active', to: 'paused', done: 'paused' },
  resume: { from: 'paused', to: 'active', done: 'resumed' },
  enable: { from: 'disabled', to: 'active', done: 'enabled' },
}

/** {@link SubscriptionStore.setState}. */
export async function setSubscriptionState(
  context: StoreContext,
  target: ChangeTarget,
  request: StateRequest,
): Promise<StateChanged> {
  const { db, audit, openSecret } = context
  const { accountId, id, actor } = target
  const { from, to, done } = steps[request]
  return await db.transaction().execute(async (tx) => {
    const locked = await lockSubscription(tx, target)
    if (locked.kind !== 'locked') return locked
    const { row } = locked
    const isThere = row.state === to
    if (!isThere && row.state !== from) return { kind: 'state-conflict', state: row.state } as const
    if (!isThere) {
      await tx
        .updateTable('subscription')
        .set({
          state: to,
          state_reason: to === 'active' ? null : 'requested',
          ...(to === 'active' ? afresh : {}),
          version: sql<number>`version + 1`,
          updated_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .execute()
      const transition = { from: visibleState(row), to, reason: 'requested' } as const
      await recordTransition(tx, { accountId, subscriptionId: id, actor, ...transition })
      if (to === 'active') await notifyDue(tx, id)
    }
    const result = await readExisting(tx, accountId, id, openSecret)
    if (!isThere) {
      const details = { version: result.version, from: row.state }
      const entry = {
        accountId,
        actor,
        action: `subscription.${done}`,
        target: `subscription:${id}`,
        details,
      }
      await audit.append(tx, entry)
    }
    return { kind: 'done', result } as const
  })
}
