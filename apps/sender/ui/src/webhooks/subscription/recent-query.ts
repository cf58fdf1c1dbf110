import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../../api/client.ts'
import type { Delivery } from '../../api/deliveries.ts'

/** How many of the newest deliveries are shown. */
export const SHOWN = 10

/** The newest deliveries of a subscription, tests and redeliveries included. */
export function recentQuery(subscriptionId: string) {
  return queryOptions({
    queryKey: ['deliveries', 'recent', subscriptionId],
    async queryFn({ signal }): Promise<readonly Delivery[]> {
      const query = { subscription_id: subscriptionId, limit: SHOWN }
      return answerOf(await api.GET('/api/deliveries', { params: { query }, signal })).data
    },
  })
}
