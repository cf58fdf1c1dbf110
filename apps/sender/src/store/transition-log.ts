import type { Kysely } from 'kysely'
import type { RecordedTransition } from '../domain/transition.ts'
import { type Page, toPage } from './page.ts'
import type { Tables } from './tables.ts'

/** The transitions of subscriptions; another account's are never found. */
export interface TransitionLog {
  /** Newest first; `undefined` if the account has no such subscription. */
  list(
    accountId: string,
    subscriptionId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<RecordedTransition> | undefined>
}

/** Transitions in PostgreSQL. */
export function createTransitionLog(db: Kysely<Tables>): TransitionLog {
  return {
    async list(accountId, subscriptionId, { limit, after }) {
      const isFound = await db
        .selectFrom('subscription')
        .select('id')
        .where('id', '=', subscriptionId)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      if (isFound === undefined) return undefined
      let query = db
        .selectFrom('subscription_transition as t')
        .select(transitionColumns)
        .where('t.subscription_id', '=', subscriptionId)
        .orderBy('t.id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('t.id', '<', after)
      return toPage(await query.execute(), limit)
    },
  }
}

/** The columns of `subscription_transition as t` that make a {@link RecordedTransition}. */
export const transitionColumns = [
  't.id',
  't.account_id as accountId',
  't.subscription_id as subscriptionId',
  't.at',
  't.from_state as from',
  't.to_state as to',
  't.reason',
  't.actor',
  't.url',
  't.consecutive_failures as consecutiveFailures',
  't.failing_since as failingSince',
  't.last_outcome as lastOutcome',
  't.last_detail as lastDetail',
  't.held_count as heldCount',
] as const
