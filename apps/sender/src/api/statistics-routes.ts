import { chooseRange, type ChosenRange, type StatisticsRange } from '../domain/statistics-range.ts'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { validationFailed } from '../http/problem.ts'
import type { StatisticsStore } from '../store/statistics.ts'
import { statisticsAnswer, statisticsQuery, toStatisticsAnswer } from './statistics-schemas.ts'
import {
  subscriptionStatisticsAnswer,
  subscriptionStatisticsQuery,
  toSubscriptionStatisticsAnswer,
} from './subscription-statistics-schemas.ts'

/** Adds `GET /api/deliveries/statistics` and `GET /api/webhooks/statistics`. */
export function addStatisticsRoutes(app: Api, statistics: StatisticsStore): void {
  app.route({
    method: 'GET',
    url: '/api/deliveries/statistics',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getDeliveryStatistics',
      tags: ['Delivery Log'],
      summary: 'Count deliveries and attempts over time',
      description:
        'In buckets, of which there are at most 120: the server chooses the smallest step that will do. More than two days ago it is an hour or more. Tests are not counted, so the deliveries of a bucket are those that the Delivery Log lists with its `since`, `until`, `status` and `is_test=false`.',
      querystring: statisticsQuery,
      response: { 200: json('Every bucket of the range.', statisticsAnswer) },
    },
    handler: async (request) => {
      const { subscription_id: subscriptionId, event, since, until } = request.query
      const range = rangeOf(chooseRange({ since, until }, new Date()), until !== undefined)
      const filter = { ...(subscriptionId && { subscriptionId }), ...(event && { event }) }
      const counted = await statistics.overTime(principalOf(request).accountId, filter, range)
      return toStatisticsAnswer(range, counted)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/webhooks/statistics',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getSubscriptionStatistics',
      tags: ['Subscriptions'],
      summary: 'Count the attempts of subscriptions',
      description:
        'Of the last 24 hours, with the newest delivery and what is owed. In the order of `ids`; those that there are no subscriptions of are left out. Attempts of tests are not counted.',
      querystring: subscriptionStatisticsQuery,
      response: { 200: json('The subscriptions.', subscriptionStatisticsAnswer) },
    },
    handler: async (request) => {
      const ids = [...new Set(request.query.ids)]
      const all = await statistics.ofSubscriptions(principalOf(request).accountId, ids, new Date())
      return toSubscriptionStatisticsAnswer(all)
    },
  })
}

function rangeOf(chosen: ChosenRange, hasUntil: boolean): StatisticsRange {
  if (chosen.kind === 'range') return chosen.range
  throw validationFailed([{ ...wrongOf(chosen.kind, hasUntil), code: 'invalid_value' }])
}

function wrongOf(kind: Exclude<ChosenRange['kind'], 'range'>, hasUntil: boolean) {
  if (kind === 'too_long') return { path: '/since', detail: 'Expected at most 119 days before `until`.' }
  if (kind === 'too_late')
    return { path: '/until', detail: 'Expected an instant whose bucket ends before the year 10000.' }
  return hasUntil
    ? { path: '/until', detail: 'Expected an instant after `since`.' }
    : { path: '/since', detail: 'Expected an instant in the past.' }
}
