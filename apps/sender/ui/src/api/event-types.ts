import { queryOptions } from '@tanstack/react-query'
import { answerOf, api, type Schemas } from './client.ts'

/** An event type of the catalog, in words and with an example. */
export type EventType = Schemas['EventType']

/** The catalog of events; it changes with the sender's version only. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<readonly EventType[]> =>
    answerOf(await api.GET('/api/event-types', { signal })).data,
})
