import { type RawBuilder, sql } from 'kysely'

/** Subscriptions, and deliveries, that an event is shown with. */
export const MAX_LISTED = 1000

/** The pattern by which the subscription `s` is owed events of that type, as webhooks.publish finds it. */
export function matchedBy(event: string): RawBuilder<string | null> {
  return sql`(
    select p.pattern from unnest(webhooks.patterns_of(${event})) with ordinality p (pattern, place)
    where p.pattern = any (s.events) order by p.place limit 1)`
}
