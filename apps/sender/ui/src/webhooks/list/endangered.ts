import type { Subscription } from '../../api/subscriptions.ts'

/** When an endpoint that fails is disabled. Both have to come about: `inMs` 0 and `failures` 0 is at once. */
export interface Deadline {
  /** Milliseconds, at least 0. */
  readonly inMs: number
  /** Attempts that have to fail until then, at least 1. */
  readonly failures: number
}

/** When a subscription is disabled if nothing succeeds before; `undefined` while nothing fails. */
export function deadlineOf({ health }: Pick<Subscription, 'health'>, nowMs: number): Deadline | undefined {
  if (health.disables_at === null) return undefined
  return {
    inMs: Math.max(0, Date.parse(health.disables_at) - nowMs),
    failures: Math.max(1, health.failures_until_disabled ?? 0),
  }
}
