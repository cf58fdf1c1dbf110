import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../../api/client.ts'
import type { SubscriptionStatistics } from '../../api/subscriptions.ts'
import { inChunks } from './in-chunks.ts'

/** As many as the API takes at once. */
const MAX_IDS = 100

/** How any number of subscriptions did within the last day, by id. */
export function listStatisticsQuery(ids: readonly string[]) {
  // Sorted by age, so that a new one changes the last request only.
  const chunks = inChunks(ids.toSorted(), MAX_IDS)
  return queryOptions({
    queryKey: ['subscriptions', 'statistics', 'list', ...chunks],
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    async queryFn({ signal }): Promise<Readonly<Record<string, SubscriptionStatistics>>> {
      const answers = await Promise.all(
        chunks.map((chunk) => {
          const query = { ids: chunk.join(',') }
          return api.GET('/api/webhooks/statistics', { params: { query }, signal })
        }),
      )
      const found = answers.flatMap((answer) => answerOf(answer).data)
      return Object.fromEntries(found.map((each) => [each.subscription_id, each]))
    },
  })
}
