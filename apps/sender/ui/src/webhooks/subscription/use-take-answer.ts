import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { TaggedSubscription } from '../../api/subscription-changes.ts'
import { subscriptionQuery } from '../../api/subscriptions.ts'

/** Makes the answer of a change what every page shows, and reads anew what follows from it. */
export function useTakeAnswer(id: string): (answer: TaggedSubscription) => Promise<void> {
  const queries = useQueryClient()
  return useCallback(
    async ({ subscription, etag }) => {
      const { queryKey } = subscriptionQuery(id)
      // One that was asked before the change would answer with what was there before.
      await queries.cancelQueries({ queryKey })
      queries.setQueryData(queryKey, { subscription, etag })
      void queries.invalidateQueries({ queryKey: ['subscriptions', 'list'] })
      void queries.invalidateQueries({ queryKey: ['subscriptions', 'transitions', id] })
      void queries.invalidateQueries({ queryKey: ['subscriptions', 'statistics'] })
      void queries.invalidateQueries({ queryKey: ['audit', `subscription:${id}`] })
    },
    [queries, id],
  )
}
