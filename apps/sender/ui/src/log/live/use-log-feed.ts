import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Delivery } from '../../api/deliveries.ts'
import { type DeliveryQuery, readLogPage } from '../../api/delivery-pages.ts'
import { useSession } from '../../api/session.ts'
import { matchesSearch, searchKey, toDeliveryQuery } from '../filters/log-filters.ts'
import type { LogSearch } from '../log-search.ts'
import type { FeedState } from './feed-state.ts'
import { createLogFeed, type LogFeed } from './log-feed.ts'

const KEPT_MS = 600_000
const KEPT_FEEDS = 3

/**
 * The list of a search. It is kept for a while when another page is gone to, so that one comes back to where one was; what
 * is new by then is read.
 */
export function useLogFeed(search: LogSearch): { readonly feed: LogFeed; readonly state: FeedState } {
  const queries = useQueryClient()
  const { account } = useSession()
  const { data: feed } = useQuery({
    queryKey: ['log-feed', account.id, searchKey(search)],
    queryFn: () => createSearchFeed(queries, search),
    initialData: () => createSearchFeed(queries, search),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
  })
  useEffect(() => {
    forgetOldFeeds(queries)
    // Before the first page is asked for, there is nothing to read again.
    void feed.reread()
    if (feed.getState().rows.length === 0) void feed.readOlder()
    return () => feed.stop('open')
  }, [feed, queries])
  const state = useSyncExternalStore(feed.subscribe, feed.getState)
  return { feed, state }
}

function createSearchFeed(queries: QueryClient, search: LogSearch): LogFeed {
  let query: DeliveryQuery | undefined
  return createLogFeed({
    matches: (row) => matchesSearch(search, row),
    readPage(cursor, signal) {
      // A range that ends now begins where it began with the first page, so that the pages belong together.
      query ??= toDeliveryQuery(search, Date.now())
      return readLogPage(queries, query, cursor, signal)
    },
    async readById(ids): Promise<readonly Delivery[]> {
      const page = await readLogPage(queries, { id: ids.join(',') }, undefined, new AbortController().signal)
      return page.deliveries
    },
  })
}

// Each may have 100,000 rows.
function forgetOldFeeds(queries: QueryClient): void {
  const cache = queries.getQueryCache()
  const unused = cache.findAll({ queryKey: ['log-feed'], type: 'inactive' })
  const oldest = unused.toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt).slice(KEPT_FEEDS)
  for (const query of oldest) cache.remove(query)
}
