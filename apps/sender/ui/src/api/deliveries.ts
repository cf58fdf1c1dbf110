import { queryOptions } from '@tanstack/react-query'
import { answerOf, api, type Schemas } from './client.ts'

/** A delivery as the Delivery Log lists it. */
export type Delivery = Schemas['Delivery']

/** A delivery with its body, its attempts, and why it is where it is. */
export type DeliveryDetail = Schemas['DeliveryDetail']

/** One attempt of a {@link DeliveryDetail}. */
export type Attempt = Schemas['Attempt']

/** One delivery. */
export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: async ({ signal }): Promise<DeliveryDetail> =>
      answerOf(await api.GET('/api/deliveries/{id}', { params: { path: { id } }, signal })),
  })
}

/** The deliveries that repeat one, newest first; the newest 20 of them. */
export function redeliveriesQuery({ id, created_at: since }: Pick<Delivery, 'id' | 'created_at'>) {
  return queryOptions({
    queryKey: ['deliveries', 'redeliveries', id],
    queryFn: async ({ signal }): Promise<readonly Delivery[]> => {
      const query = { redelivery_of: id, since, limit: 20 }
      return answerOf(await api.GET('/api/deliveries', { params: { query }, signal })).data
    },
  })
}

/** The newest 50 deliveries to a subscription, newest first. */
export function newestOfQuery(subscriptionId: string) {
  return queryOptions({
    queryKey: ['deliveries', 'newest-of', subscriptionId],
    queryFn: async ({ signal }): Promise<readonly Delivery[]> => {
      const query = { subscription_id: subscriptionId, limit: 50 }
      return answerOf(await api.GET('/api/deliveries', { params: { query }, signal })).data
    },
  })
}

/** Delivers again; `isNew` is false when a pending one was made due now instead. */
export async function redeliver(
  id: string,
): Promise<{ readonly delivery: Delivery; readonly isNew: boolean }> {
  const called = await api.POST('/api/deliveries/{id}/redeliver', { params: { path: { id } } })
  return { delivery: answerOf(called), isNew: called.response.status === 201 }
}

/** An event with its deliveries, and why subscriptions have none of it. */
export function eventQuery(eventId: string) {
  return queryOptions({
    queryKey: ['events', eventId],
    queryFn: async ({ signal }): Promise<Schemas['EventDetail']> =>
      answerOf(await api.GET('/api/events/{event_id}', { params: { path: { event_id: eventId } }, signal })),
  })
}
