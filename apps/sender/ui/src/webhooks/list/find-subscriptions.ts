import type { Subscription } from '../../api/subscriptions.ts'
import { isFailing } from '../../components/is-failing.ts'
import { covers } from '../event-selection.ts'
import { subscriptionName } from '../subscription-name.ts'
import type { ListSearch, ListSort, ListState } from './list-search.ts'

/**
 * The subscriptions that a search leaves, in its order. Every word has to be found in the description, the endpoint or the
 * events, in upper or lower case; an event type also finds the patterns that cover it.
 */
export function findSubscriptions(
  subscriptions: readonly Subscription[],
  { q = '', state, sort = 'newest' }: ListSearch,
): readonly Subscription[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return subscriptions
    .filter((each) => state === undefined || isIn(each, state))
    .filter((each) => words.every((word) => isFoundIn(each, word)))
    .toSorted(orders[sort])
}

function isIn(subscription: Subscription, state: ListState): boolean {
  return state === 'failing' ? isFailing(subscription) : subscription.state === state
}

function isFoundIn({ description, url, events }: Subscription, word: string): boolean {
  const texts = [description, url, ...events]
  if (texts.some((text) => text.toLowerCase().includes(word))) return true
  // Only whole types: any word at all would be covered by `*`.
  return /^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(word) && events.some((pattern) => covers(pattern, word))
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

const orders: Readonly<Record<ListSort, (one: Subscription, other: Subscription) => number>> = {
  newest: byAge,
  name: (one, other) => names.compare(subscriptionName(one), subscriptionName(other)) || byAge(one, other),
  failing: (one, other) =>
    severityOf(other) - severityOf(one) ||
    other.health.consecutive_failures - one.health.consecutive_failures ||
    byAge(one, other),
}

function byAge(one: Subscription, other: Subscription): number {
  return other.created_at.localeCompare(one.created_at) || other.id.localeCompare(one.id)
}

// What will be disabled can still be helped, so it comes before what is.
function severityOf(subscription: Subscription): number {
  if (isFailing(subscription)) return 3
  if (subscription.state === 'disabled') return 2
  return subscription.state === 'active' && subscription.health.consecutive_failures > 0 ? 1 : 0
}
