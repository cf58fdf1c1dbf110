import type { Delivery, DeliveryDetail } from '../../api/deliveries.ts'
import { describeOutcome } from '../../components/describe-outcome.ts'
import { strings } from '../../strings/index.ts'
import { isOfSender } from './advise.ts'

/** Why a delivery did not arrive, the most telling first. */
export interface Cause {
  /** Of this very delivery, wherever it was attempted. */
  readonly headline: string
  /** What holds it back besides, mostly in the API's words; `null` where the headline says it all. */
  readonly state: string | null
  /** Whose outcome the headline names: its own last attempt's, that of another delivery, or none. */
  readonly names: 'own' | 'other' | 'none'
}

/** What a {@link Cause} is derived from. */
export type ExplainedDelivery = Pick<
  DeliveryDetail,
  'status' | 'attempt_count' | 'last_outcome' | 'last_http_status'
> & { readonly why: Pick<DeliveryDetail['why'], 'code' | 'detail'> }

type FailedDelivery = Pick<Delivery, 'last_outcome' | 'last_http_status'>

/**
 * Puts what went wrong with a delivery before the state of its endpoint or subscription.
 *
 * @param other a delivery to the same endpoint that failed, for one that was not attempted yet; `null` for none,
 * `undefined` while it is looked up.
 */
export function explainCause(delivery: ExplainedDelivery, other: FailedDelivery | null | undefined): Cause {
  const { status, why } = delivery
  const { cause: texts } = strings.delivery
  const isOwed = status === 'pending' || status === 'failed'
  const failure = failureOf(delivery)
  if (isOwed && failure !== undefined && !isUnderway.has(why.code)) {
    const isAnswer = delivery.last_outcome?.startsWith('http_') === true
    return { headline: isAnswer ? texts.answered(failure) : failure, state: stateOf(delivery), names: 'own' }
  }
  if (why.code === 'behind') return { headline: texts.behind, state: why.detail, names: 'none' }
  // Without a failure that can be named, it may as well be the sender that is at fault.
  if ((why.code === 'probed' || why.code === 'held') && other) {
    const named = failureOf(other)
    if (named !== undefined) return { headline: texts.waitsAfter(named), state: why.detail, names: 'other' }
  }
  return { headline: why.detail, state: null, names: 'none' }
}

// What happens right now comes before how the attempt before it ended.
const isUnderway: ReadonlySet<DeliveryDetail['why']['code']> = new Set([
  'in_flight',
  'lease_expired',
  'subscription_deleted',
])

function failureOf({
  last_outcome: outcome,
  last_http_status: httpStatus,
}: FailedDelivery): string | undefined {
  if (outcome === null || outcome === 'succeeded' || isOfSender(outcome)) return undefined
  return describeOutcome(outcome, httpStatus)
}

// What only repeats how the last attempt ended is left out.
function stateOf({ why, attempt_count: attemptCount }: ExplainedDelivery): string | null {
  const { cause: texts } = strings.delivery
  if (why.code === 'retrying') return null
  if (why.code === 'exhausted') return texts.exhausted(attemptCount)
  return why.code === 'test_failed' ? texts.testFailed : why.detail
}
