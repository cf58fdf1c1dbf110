/** A subscription's state as people see it: an active one whose endpoint is failing for long is `degraded`. */
export type VisibleState = 'active' | 'degraded' | 'paused' | 'disabled'

/**
 * Why a state changed.
 *
 * | reason | means |
 * |---|---|
 * | `repeated_failures` | so many attempts in a row failed, for so long |
 * | `endpoint_gone` | it answered 410 |
 * | `recovered` | an attempt succeeded |
 * | `requested` | a person asked for it |
 */
export type TransitionReason = 'repeated_failures' | 'endpoint_gone' | 'recovered' | 'requested'

/** A change of a subscription's state, to be recorded. */
export interface Transition {
  readonly accountId: string
  readonly subscriptionId: string
  readonly from: VisibleState
  readonly to: VisibleState
  readonly reason: TransitionReason
  /** Who asked for it, as in the audit log; `null` for the sender itself. */
  readonly actor: string | null
}

/** A change of a subscription's state, with what was known at that moment. */
export interface RecordedTransition extends Transition {
  readonly id: string
  readonly at: Date
  /** The endpoint. */
  readonly url: string
  readonly consecutiveFailures: number
  readonly failingSince: Date | null
  /** Outcome of an attempt that failed lately; `null` when none is known. */
  readonly lastOutcome: string | null
  /** What went wrong then, for a person. */
  readonly lastDetail: string | null
  /** Deliveries that were owed; counted up to {@link MAX_HELD_COUNT}. */
  readonly heldCount: number
}

/** More deliveries than these are not counted for a transition. */
export const MAX_HELD_COUNT = 100_000

/** What the operator is sent about a transition. */
export type OperatorEventType =
  | 'subscription.degraded'
  | 'subscription.disabled'
  | 'subscription.recovered'
  | 'subscription.paused'
  | 'subscription.resumed'
  | 'subscription.enabled'

/** Which event tells the operator of this transition. */
export function operatorEventType({ from, to }: Pick<Transition, 'from' | 'to'>): OperatorEventType {
  if (to !== 'active') return `subscription.${to}`
  if (from === 'paused') return 'subscription.resumed'
  return from === 'disabled' ? 'subscription.enabled' : 'subscription.recovered'
}

/** Whether e-mails go out about a transition. What a person asked for is not news to people. */
export function isNews({ reason }: Pick<Transition, 'reason'>): boolean {
  return reason !== 'requested'
}
