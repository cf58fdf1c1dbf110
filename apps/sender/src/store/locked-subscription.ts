import type { Kysely, Transaction } from 'kysely'
import type { VisibleState } from '../domain/transition.ts'
import type { SecretOpener } from './sealed-secret.ts'
import {
  selectSubscriptions,
  type Subscription,
  type SubscriptionRow,
  toSubscription,
} from './subscription.ts'
import type { Tables } from './tables.ts'

/** Which subscription to change, and on whose behalf. */
export interface ChangeTarget {
  readonly accountId: string
  readonly id: string
  /** For the audit log. */
  readonly actor: string
  /** The change is made only to one of these versions; to any when absent. */
  readonly versions?: readonly number[]
}

/** Why nothing was changed. */
export type ChangeRefusal =
  | { readonly kind: 'not-found' }
  /** Somebody else has changed it. */
  | { readonly kind: 'version-mismatch'; readonly version: number }

/** A subscription that no other transaction can change until this one ends. */
export type LockedSubscription = Pick<
  SubscriptionRow,
  | 'id'
  | 'account_id'
  | 'url'
  | 'description'
  | 'events'
  | 'sealed_headers'
  | 'attempt_timeout_ms'
  | 'is_ordered'
  | 'contact_email'
  | 'state'
  | 'degraded_at'
  | 'version'
  | 'generation'
>

/** Locks the subscription for the transaction, or says why it may not be changed. */
export async function lockSubscription(
  tx: Transaction<Tables>,
  { accountId, id, versions }: ChangeTarget,
): Promise<{ readonly kind: 'locked'; readonly row: LockedSubscription } | ChangeRefusal> {
  const row = await tx
    .selectFrom('subscription')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) return { kind: 'not-found' }
  if (versions !== undefined && !versions.includes(row.version)) {
    return { kind: 'version-mismatch', version: row.version }
  }
  return { kind: 'locked', row }
}

/** One subscription; `undefined` when the account has none of that id. */
export async function readSubscription(
  db: Kysely<Tables>,
  accountId: string,
  id: string,
  openSecret: SecretOpener,
): Promise<Subscription | undefined> {
  const row = await selectSubscriptions(db, accountId).where('s.id', '=', id).executeTakeFirst()
  return row && toSubscription(row, openSecret)
}

/** {@link readSubscription} of one that is known to be there. */
export async function readExisting(
  db: Kysely<Tables>,
  accountId: string,
  id: string,
  openSecret: SecretOpener,
): Promise<Subscription> {
  const subscription = await readSubscription(db, accountId, id, openSecret)
  if (subscription === undefined) throw new Error(`There is no subscription ${id}`)
  return subscription
}

/** Its state as transitions know it. */
export function visibleState({
  state,
  degraded_at: degradedAt,
}: Pick<LockedSubscription, 'state' | 'degraded_at'>): VisibleState {
  return state === 'active' && degradedAt !== null ? 'degraded' : state
}
