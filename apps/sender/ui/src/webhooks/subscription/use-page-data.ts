import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { recoverJobsQuery } from '../../api/recover-jobs.ts'
import type { TaggedSubscription } from '../../api/subscription-changes.ts'
import {
  auditQuery,
  subscriptionQuery,
  subscriptionStatisticsQuery,
  transitionsQuery,
} from '../../api/subscriptions.ts'
import { recentQuery } from './recent-query.ts'
import { REFETCH_MS } from './refetch.ts'

/** What the page of a subscription is made of. */
export interface PageData {
  readonly subscription: UseQueryResult<TaggedSubscription>
  /** Whether any part has neither come nor failed yet. */
  readonly isLoading: boolean
  readonly readAll: () => void
}

/**
 * Reads all that the page of a subscription shows at once, and says when it is there: parts that come one after the other
 * would push down what is below them.
 */
export function usePageData(id: string): PageData {
  const subscription = useQuery({
    ...subscriptionQuery(id),
    // What could not be loaded at all is loaded when asked for: the button would vanish while somebody presses it.
    refetchInterval: ({ state }) => (state.data === undefined ? false : REFETCH_MS),
  })
  const others = [
    useQuery(subscriptionStatisticsQuery([id])),
    useQuery(recentQuery(id)),
    useInfiniteQuery(transitionsQuery(id)),
    useInfiniteQuery(auditQuery(`subscription:${id}`)),
    useInfiniteQuery(recoverJobsQuery(id)),
  ]
  return {
    subscription,
    isLoading: [subscription, ...others].some(({ isPending }) => isPending),
    readAll() {
      void subscription.refetch()
      for (const { isError, refetch } of others) if (isError) void refetch()
    },
  }
}
