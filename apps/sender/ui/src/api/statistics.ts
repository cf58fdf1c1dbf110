import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { boundsOf, isMoving, type TimeRange } from '../log/filters/time-range.ts'
import { answerOf, api, type Schemas } from './client.ts'

/** Deliveries and attempts over time. */
export type Statistics = Schemas['DeliveryStatistics']

/** One bar of {@link Statistics}. */
export type StatisticsBucket = Statistics['buckets'][number]

/** What statistics are about; without a time it is the last day. */
export interface StatisticsFilter extends TimeRange {
  readonly subscription?: string | undefined
  readonly event?: string | undefined
}

const REFRESH_MS = 10_000

/** Deliveries and latency over time; read again every ten seconds for as long as the range moves on. */
export function statisticsQuery({ subscription, event, range, since, until }: StatisticsFilter) {
  const time = { ...(range && { range }), ...(since && { since }), ...(until && { until }) }
  return queryOptions({
    queryKey: ['deliveries', 'statistics', { subscription, event, ...time }],
    placeholderData: keepPreviousData,
    refetchInterval: isMoving(time) ? REFRESH_MS : false,
    async queryFn({ signal }): Promise<Statistics> {
      const query = {
        ...boundsOf(time, Date.now()),
        ...(subscription && { subscription_id: subscription }),
        ...(event && { event }),
      }
      return answerOf(await api.GET('/api/deliveries/statistics', { params: { query }, signal }))
    },
  })
}
