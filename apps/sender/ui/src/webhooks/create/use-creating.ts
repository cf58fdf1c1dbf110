import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf, api, type Schemas } from '../../api/client.ts'
import { createRepeatKey } from './repeat-key.ts'

/** A subscription with its secret, which no other answer holds. */
export type CreatedSubscription = Schemas['SubscriptionWithSecret']

/** Creates a subscription; the same request again, after an answer that never came, creates no other one. */
export function useCreating() {
  const [keyOf] = useState(() => createRepeatKey())
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (body: Schemas['CreateSubscriptionInput']): Promise<CreatedSubscription> => {
      const header = { 'idempotency-key': keyOf(body) }
      return answerOf(await api.POST('/api/webhooks', { body, params: { header } }))
    },
    // Nothing keeps the secret once the page is left.
    gcTime: 0,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['subscriptions'] }),
  })
}
