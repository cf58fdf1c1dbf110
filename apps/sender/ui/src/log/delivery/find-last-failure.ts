import type { Delivery } from '../../api/deliveries.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { isOfSender } from './advise.ts'

type FailedDelivery = Pick<Delivery, 'status' | 'last_outcome' | 'created_at'>

/** What the health of an endpoint is told by. */
export type FailingSubscription = Pick<Subscription, 'updated_at'> & {
  readonly health: Pick<Subscription['health'], 'failing_since' | 'is_probing'>
}

/**
 * The first of `deliveries`, newest first, whose last attempt failed, as far as that tells why their endpoint fails now;
 * `null` when none does.
 *
 * What the sender itself broke off or could not make says nothing of the endpoint. Nor does an older failure of one that has
 * not failed since it last succeeded, was resumed, or got its URL. Of one that is probed, only deliveries are taken that
 * were made since then, as the time of an attempt is not known here.
 */
export function findLastFailure<const D extends FailedDelivery>(
  deliveries: readonly D[],
  { updated_at: updatedAt, health }: FailingSubscription,
): D | null {
  const { failing_since: failingSince, is_probing: isProbing } = health
  // Neither is before the endpoint got its URL or was resumed, which its being probed may come from.
  const since = Math.min(Date.parse(updatedAt), Date.parse(failingSince ?? updatedAt))
  const failure = deliveries.find(({ status, last_outcome: outcome, created_at: createdAt }) => {
    if (outcome === null || outcome === 'succeeded' || isOfSender(outcome)) return false
    // An address that is refused is no failure of the endpoint, which is not asked.
    const isCurrent = outcome === 'ssrf_blocked' ? status === 'pending' : failingSince !== null
    return isCurrent && (!isProbing || Date.parse(createdAt) >= since)
  })
  return failure ?? null
}
