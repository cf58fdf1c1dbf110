import { type Kysely, sql } from 'kysely'
import { type Page, toPage } from './page.ts'
import type { SecretOpener } from './sealed-secret.ts'
import {
  selectSubscriptions,
  type Subscription,
  type SubscriptionState,
  toSubscription,
} from './subscription.ts'
import type { Tables } from './tables.ts'

/** Which subscriptions to list. Each filter narrows; together they must all hold. */
export interface SubscriptionFilter {
  readonly state?: SubscriptionState
  /** An event type: those that would be sent it. */
  readonly event?: string
  /** A part of the URL, in upper or lower case. */
  readonly url?: string
}

/** {@link SubscriptionStore.list}. */
export async function listSubscriptions(
  db: Kysely<Tables>,
  openSecret: SecretOpener,
  accountId: string,
  { state, event, url }: SubscriptionFilter,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<Page<Subscription>> {
  let query = selectSubscriptions(db, accountId)
    .orderBy('s.id', 'desc')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('s.id', '<', after)
  if (state !== undefined) query = query.where('s.state', '=', state)
  if (event !== undefined) query = query.where(sql<boolean>`s.events && webhooks.patterns_of(${event})`)
  if (url !== undefined) query = query.where(sql<boolean>`strpos(lower(s.url), lower(${url})) > 0`)
  const rows = await query.execute()
  return toPage(
    rows.map((row) => toSubscription(row, openSecret)),
    limit,
  )
}
