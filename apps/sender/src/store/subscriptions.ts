import type { Kysely } from 'kysely'
import { type Changed, changeSubscription, type SubscriptionChanges } from './change-subscription.ts'
import { createSubscription, type Created, type NewSubscription } from './create-subscription.ts'
import { deleteSubscription } from './delete-subscription.ts'
import { type KeyedRequest, type OnceOnly, recall, type Repeated } from './idempotency.ts'
import { listSubscriptions, type SubscriptionFilter } from './list-subscriptions.ts'
import { type ChangeRefusal, type ChangeTarget, readSubscription } from './locked-subscription.ts'
import type { Page } from './page.ts'
import { type Rotated, rotateSecret, type Rotation } from './rotate-secret.ts'
import { setSubscriptionState, type StateChanged, type StateRequest } from './subscription-state.ts'
import { createStoreContext, type SubscriptionStoreOptions } from './subscription-store-context.ts'
import type { Subscription } from './subscription.ts'
import type { Tables } from './tables.ts'

/**
 * Subscriptions of one account at a time; another account's are never found.
 *
 * Each change is one transaction with its entry in the audit log, a version that is higher by one, and the transition
 * where the state changes. What changes nothing is no change.
 */
export interface SubscriptionStore {
  /** @param once makes it safe to repeat. */
  create(subscription: NewSubscription, actor: string, once?: OnceOnly<Subscription>): Promise<Created>
  get(accountId: string, id: string): Promise<Subscription | undefined>
  /** Newest first. */
  list(
    accountId: string,
    filter: SubscriptionFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<Subscription>>
  change(target: ChangeTarget, changes: SubscriptionChanges): Promise<Changed>
  /**
   * Pauses an active subscription, resumes a paused one or enables a disabled one. What is owed is kept meanwhile.
   * A subscription put back to work begins with one delivery at a time, and nothing is held against it.
   */
  setState(target: ChangeTarget, request: StateRequest): Promise<StateChanged>
  /**
   * Lets a new secret sign. The ones before it sign beside it for a while, none for longer than it would have.
   *
   * @param once makes it safe to repeat.
   */
  rotateSecret(target: ChangeTarget, rotation: Rotation, once?: OnceOnly<Subscription>): Promise<Rotated>
  /**
   * Deletes a subscription with its secrets and cancels what it is still owed: up to 5,000 deliveries at once, those of a
   * larger backlog, and what a dispatcher is just writing, soon after by {@link DeliveryQueue.findWaitingLanes}. Its
   * deliveries stay in the log.
   */
  delete(target: ChangeTarget): Promise<{ readonly kind: 'done' } | ChangeRefusal>
  /** What an earlier request with the same key was answered; `undefined` when there was none. */
  recall(accountId: string, request: KeyedRequest): Promise<Repeated | undefined>
}

/** Subscriptions in PostgreSQL, their secrets and headers sealed. */
export function createSubscriptionStore(
  db: Kysely<Tables>,
  options: SubscriptionStoreOptions,
): SubscriptionStore {
  const context = createStoreContext(db, options)
  const { openSecret, encryptionKeys } = context
  return {
    create: (subscription, actor, once) => createSubscription(context, subscription, actor, once),
    get: (accountId, id) => readSubscription(db, accountId, id, openSecret),
    list: (accountId, filter, page) => listSubscriptions(db, openSecret, accountId, filter, page),
    change: (target, changes) => changeSubscription(context, target, changes),
    setState: (target, request) => setSubscriptionState(context, target, request),
    rotateSecret: (target, rotation, once) => rotateSecret(context, target, rotation, once),
    delete: (target) => deleteSubscription(context, target),
    recall: (accountId, request) => recall(db, encryptionKeys, accountId, request),
  }
}
