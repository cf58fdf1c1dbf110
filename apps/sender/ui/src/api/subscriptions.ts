import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answerOf, api, type Schemas } from './client.ts'

/** A subscription as the API answers it. */
export type Subscription = Schemas['Subscription']

/** Of the last day. */
export type SubscriptionStatistics = Schemas['SubscriptionStatistics']['data'][number]

const MAX_PAGES = 20

/** Every subscription of the account, newest first. An account has at most some hundred. */
export const subscriptionsQuery = queryOptions({
  queryKey: ['subscriptions', 'list'],
  async queryFn({ signal }): Promise<readonly Subscription[]> {
    const found: Subscription[] = []
    let cursor: string | undefined
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = { limit: 100, ...(cursor !== undefined && { cursor }) }
      const { data, next_cursor: next } = answerOf(
        await api.GET('/api/webhooks', { params: { query }, signal }),
      )
      found.push(...data)
      if (next === null) break
      cursor = next
    }
    return found
  },
})

/** One subscription, with its entity tag, which a change of it takes as `If-Match`. */
export function subscriptionQuery(id: string) {
  return queryOptions({
    queryKey: ['subscriptions', 'one', id],
    async queryFn({ signal }): Promise<{ readonly subscription: Subscription; readonly etag: string }> {
      const called = await api.GET('/api/webhooks/{id}', { params: { path: { id } }, signal })
      return { subscription: answerOf(called), etag: called.response.headers.get('etag') ?? '' }
    },
  })
}

/** How subscriptions did within the last day; of at most 100 at once. */
export function subscriptionStatisticsQuery(ids: readonly string[]) {
  return queryOptions({
    queryKey: ['subscriptions', 'statistics', ids],
    enabled: ids.length > 0,
    queryFn: async ({ signal }): Promise<readonly SubscriptionStatistics[]> => {
      const query = { ids: ids.join(',') }
      return answerOf(await api.GET('/api/webhooks/statistics', { params: { query }, signal })).data
    },
  })
}

/** What changed the state of a subscription, newest first, in pages. */
export function transitionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['subscriptions', 'transitions', id],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) =>
      answerOf(
        await api.GET('/api/webhooks/{id}/transitions', {
          params: { path: { id }, query: { limit: 20, ...(cursor !== undefined && { cursor }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  })
}

/** What administrators did to a subscription, newest first, in pages. */
export function auditQuery(target: string) {
  return infiniteQueryOptions({
    queryKey: ['audit', target],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) =>
      answerOf(
        await api.GET('/api/audit', {
          params: { query: { target, limit: 20, ...(cursor !== undefined && { cursor }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  })
}
