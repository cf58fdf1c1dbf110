import type { TransitionReason, VisibleState } from './transition.ts'

/** When subscriptions are disabled. */
export interface HealthPolicy {
  /** Consecutive failed attempts. Default 20. */
  readonly disableAfterFailures: number
  /** And time without a success. Default 24 h. */
  readonly disableAfterMs: number
}

/** How a subscription's endpoint has been doing, by the database's clock. */
export interface SubscriptionHealth {
  readonly subscriptionId: string
  readonly accountId: string
  /** How often the endpoint had begun afresh: what follows from its health follows only until it does again. */
  readonly generation: number
  readonly state: 'active' | 'paused' | 'disabled'
  /** Its owner was warned that it is going to be disabled. */
  readonly isDegraded: boolean
  /** One delivery at a time is attempted. */
  readonly isProbing: boolean
  /** Failed attempts since the last that succeeded. */
  readonly consecutiveFailures: number
  /** Since the first of them; `null` when there is none. */
  readonly failingForMs: number | null
  /** An answer was 410. */
  readonly isGone: boolean
}

/** What {@link nextTransition} goes by. */
export interface HealthReading extends Pick<
  SubscriptionHealth,
  'state' | 'isDegraded' | 'consecutiveFailures' | 'failingForMs' | 'isGone'
> {
  /** An attempt has succeeded since its owner was warned. */
  readonly hasSucceededSinceWarning: boolean
}

/** A change that the sender makes by itself. */
export interface HealthTransition {
  readonly to: Extract<VisibleState, 'active' | 'degraded' | 'disabled'>
  readonly reason: Exclude<TransitionReason, 'requested'>
}

/** The part of both thresholds at which the owner is warned: with the defaults, half a day ahead. */
const WARN_AT = 0.5

/**
 * What follows from a subscription's health, or `undefined` if its state stays. The whole table is in
 * docs/auto-disable.md.
 *
 * Both thresholds must be reached: a burst of failures in a short outage disables nobody, and neither does one
 * failure on an endpoint that is seldom called. Counts are compared with "at least", so that one that was passed over
 * still counts. Only people change what is paused or disabled.
 */
export function nextTransition(health: HealthReading, policy: HealthPolicy): HealthTransition | undefined {
  if (health.state !== 'active') return undefined
  if (health.isGone) return { to: 'disabled', reason: 'endpoint_gone' }
  if (hasFailed(health, policy, 1)) return { to: 'disabled', reason: 'repeated_failures' }
  const isFailing = hasFailed(health, policy, WARN_AT)
  if (isFailing && !health.isDegraded) return { to: 'degraded', reason: 'repeated_failures' }
  const isOver = health.isDegraded && health.hasSucceededSinceWarning
  return isOver && !isFailing ? { to: 'active', reason: 'recovered' } : undefined
}

/** Whether the row of a subscription has to be looked at: false where {@link nextTransition} would change nothing. */
export function mayTransition(health: SubscriptionHealth, policy: HealthPolicy): boolean {
  return nextTransition({ ...health, hasSucceededSinceWarning: true }, policy) !== undefined
}

function hasFailed(
  { consecutiveFailures, failingForMs }: HealthReading,
  { disableAfterFailures, disableAfterMs }: HealthPolicy,
  part: number,
): boolean {
  return (
    failingForMs !== null &&
    consecutiveFailures >= disableAfterFailures * part &&
    failingForMs >= disableAfterMs * part
  )
}
