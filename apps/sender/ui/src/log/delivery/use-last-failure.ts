import { useQuery } from '@tanstack/react-query'
import { type Delivery, type DeliveryDetail, newestOfQuery } from '../../api/deliveries.ts'
import { subscriptionQuery } from '../../api/subscriptions.ts'
import { findLastFailure } from './find-last-failure.ts'

// Endpoints recover, are resumed, and move.
const REFETCH_MS = 10_000

/**
 * Of a delivery that waits for its endpoint, and that was not attempted yet: the newest other delivery that tells why the
 * endpoint fails; `undefined` while it is looked up. `null` where none does, and for any other delivery.
 */
export function useLastFailure(delivery: DeliveryDetail): Delivery | null | undefined {
  const { subscription_id: id, status, why, attempts } = delivery
  const enabled = status === 'pending' && waiting.has(why.code) && attempts.length === 0
  const options = { enabled, refetchInterval: REFETCH_MS }
  const newest = useQuery({ ...newestOfQuery(id), ...options })
  const found = useQuery({ ...subscriptionQuery(id), ...options })
  if (!enabled || newest.isError || found.isError) return null
  if (newest.data === undefined || found.data === undefined) return undefined
  return findLastFailure(newest.data, found.data.subscription)
}

const waiting: ReadonlySet<DeliveryDetail['why']['code']> = new Set(['probed', 'held', 'disabled', 'behind'])
