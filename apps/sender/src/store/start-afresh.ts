import { sql } from 'kysely'

/**
 * What an endpoint begins with that nothing is known of: one delivery at a time, until the first has succeeded. For a
 * URL that is new, and for a subscription that was put back to work. Answers to attempts from before say nothing of it.
 */
export const afresh = {
  consecutive_failures: 0,
  failing_since: null,
  degraded_at: null,
  held_until: null,
  is_probing: true,
  generation: sql<number>`generation + 1`,
} as const
