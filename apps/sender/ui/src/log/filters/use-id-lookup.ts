import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { answerOf, api } from '../../api/client.ts'
import { eventQuery } from '../../api/deliveries.ts'
import { ApiProblem } from '../../api/problem.ts'

/**
 * Finds out what an id is of. An event's leads to its page, which tells of subscriptions without a delivery too.
 *
 * @returns whether it is still looked for.
 */
export function useIdLookup(id: string | undefined): boolean {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { data: kind, isPending } = useQuery({
    queryKey: ['deliveries', 'id', id],
    enabled: id !== undefined,
    async queryFn({ signal }): Promise<'delivery' | 'event' | 'none'> {
      const query = { id: id ?? '', limit: 1 }
      const { data } = answerOf(await api.GET('/api/deliveries', { params: { query }, signal }))
      if (data.length > 0) return 'delivery'
      try {
        await queries.fetchQuery(eventQuery(id ?? ''))
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
  return id !== undefined && (isPending || kind === 'event')
}
