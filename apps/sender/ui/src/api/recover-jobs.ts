import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf, api, type Schemas } from './client.ts'

/** A recovery: the redelivery of everything that a subscription did not receive in some time. */
export type RecoverJob = Schemas['RecoverJob']

/** What a recovery would do. */
export type RecoverCount = Schemas['RecoverCount']

/** Of which subscription, and since when. */
export interface RecoverRequest {
  readonly subscriptionId: string
  /** RFC 3339. */
  readonly since: string
}

const PAGE = 5

/** The recoveries of a subscription, or of all, newest first, in pages. */
export function recoverJobsQuery(subscriptionId?: string) {
  return infiniteQueryOptions({
    queryKey: ['recover-jobs', subscriptionId ?? 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = {
        limit: PAGE,
        ...(subscriptionId !== undefined && { subscription_id: subscriptionId }),
        ...(cursor !== undefined && { cursor }),
      }
      return answerOf(await api.GET('/api/recover-jobs', { params: { query }, signal }))
    },
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  })
}

/** Counts what a recovery would make; makes nothing. */
export async function countRecoverable(
  { subscriptionId: id, since }: RecoverRequest,
  signal?: AbortSignal,
): Promise<RecoverCount> {
  const called = await api.POST('/api/webhooks/{id}/recover', {
    params: { path: { id } },
    body: { since, dry_run: true, deliveries_per_second: 1 },
    ...(signal && { signal }),
  })
  const answer = answerOf(called)
  if (!('count' in answer)) throw new TypeError('A dry run was answered with a recovery')
  return answer
}

/** Starts a recovery; rejects with `recover_running` when the subscription has one already. */
export async function startRecovery(
  { subscriptionId: id, since }: RecoverRequest,
  perSecond: number,
): Promise<void> {
  const body = { since, deliveries_per_second: perSecond, dry_run: false }
  await api.POST('/api/webhooks/{id}/recover', { params: { path: { id } }, body })
}

/** Ends a recovery; the deliveries that it has made stay. */
export async function cancelRecovery(id: string): Promise<RecoverJob> {
  return answerOf(await api.POST('/api/recover-jobs/{id}/cancel', { params: { path: { id } } }))
}
