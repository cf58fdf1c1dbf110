import type { Subscription } from '../api/subscriptions.ts'

/** After so many in a row the sender itself takes an endpoint for down, and tries one delivery at a time. */
const DOWN_AFTER_FAILURES = 10

/** Whether attempts are made, and have been failing for so long or so often that somebody should look. */
export function isFailing({ state, health }: Pick<Subscription, 'state' | 'health'>): boolean {
  return (
    state === 'active' && (health.degraded_at !== null || health.consecutive_failures >= DOWN_AFTER_FAILURES)
  )
}
