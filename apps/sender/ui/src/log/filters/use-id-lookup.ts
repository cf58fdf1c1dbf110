import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { answerOf, api } from '../../api/client.ts'
import { eventQuery } from '../../api/deliveries.ts'
import { ApiProblem } from '../../api/problem.ts'

/** What an id is of. `looking`: not known yet, or gone to. */
export type IdLookup =
  | { readonly kind: 'looking' | 'delivery' | 'none' }
  | { readonly kind: 'failed'; readonly error: Error }

/**
 * Finds out what an id is of. An event's leads to its page, which tells of subscriptions without a delivery too.
 *
 * @returns `undefined` without an id.
 */
export function useIdLookup(id: string | undefined): IdLookup | undefined {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { data: kind, error } = useQuery({
    queryKey: ['deliveries', 'id', id],
    enabled: id !== undefined,
    async queryFn({ signal }): Promise<'delivery' | 'event' | 'none'> {
      const query = { id: id ?? '', limit: 1 }
      const { data } = answerOf(await api.GET('/api/deliveries', { params: { query }, signal }))
      if (data.length > 0) return 'delivery'
      try {
        // Both look-ups are repeated together.
        await queries.fetchQuery({ ...eventQuery(id ?? ''), retry: false })
        return 'event'
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return 'none'
        throw error
      }
    },
  })
  useEffect(() => {
    if (id === undefined || kind !== 'event') return
    void navigate({ to: '/settings/webhooks/events/$eventId', params: { eventId: id }, replace: true })
  }, [id, kind, navigate])
  if (id === undefined) return undefined
  if (kind === undefined && error !== null) return { kind: 'failed', error }
  return { kind: kind === undefined || kind === 'event' ? 'looking' : kind }
}
