import { useQuery } from '@tanstack/react-query'
import { type Delivery, type DeliveryDetail, lastFailureQuery } from '../../api/deliveries.ts'

/**
 * Of a delivery that waits because its endpoint fails, and that was not attempted yet: the newest other delivery to it that
 * failed; `undefined` while it is looked up. `null` for any other delivery.
 */
export function useLastFailure(delivery: DeliveryDetail): Delivery | null | undefined {
  const { subscription_id: id, status, why, attempts } = delivery
  const waitsForOthers = status === 'pending' && waiting.has(why.code) && attempts.length === 0
  const { data, isError } = useQuery({ ...lastFailureQuery(id), enabled: waitsForOthers })
  return waitsForOthers && !isError ? data : null
}

const waiting: ReadonlySet<DeliveryDetail['why']['code']> = new Set(['probed', 'held', 'disabled', 'behind'])
