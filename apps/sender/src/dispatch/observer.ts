import type { SubscriptionHealth } from '../domain/health.ts'
import type { AttemptResult } from '../domain/outcome.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'

/** Told what a dispatcher does, for metrics, traces and live views. Nothing that it throws reaches the dispatcher. */
export interface DispatchObserver {
  /** A claim ended: how many deliveries it brought, and how long it took. */
  claimed?(deliveries: number, tookMs: number): void
  /** An attempt is about to be made; what is returned is called when it has ended. */
  attempting?(delivery: ClaimedDelivery): ((result: AttemptResult) => void) | undefined
  /** An outcome is durable. */
  settled?(delivery: ClaimedDelivery, result: AttemptResult, verdict: Verdict): void
  /** A lease was lost: an outcome could not be recorded. */
  leaseLost?(delivery: ClaimedDelivery): void
  /** The health of subscriptions that failed or recovered, after settling. */
  healthChanged?(health: readonly SubscriptionHealth[]): void
}
