import type { DeliveryFilter } from '../../src/store/delivery-filter.ts'
import type { FilledLog } from './fill.ts'

/** A search that people make, by its name in the report. */
export interface NamedFilter {
  readonly name: string
  readonly filter: DeliveryFilter
}

/** Every filter alone, the pairs that people ask for, and some that find nothing for long. */
export function filtersFor(log: FilledLog): readonly NamedFilter[] {
  const { subscriptionId, failingId, deliveryId, eventId, middle } = log
  const until = new Date(middle.getTime() + 3_600_000)
  return [
    { name: 'nothing', filter: {} },
    { name: 'id', filter: { ids: [deliveryId] } },
    { name: 'event_id', filter: { eventId } },
    { name: 'event_id nobody published', filter: { eventId: deliveryId } },
    { name: 'event', filter: { event: 'scan.completed' } },
    { name: 'event that never happened', filter: { event: 'scan.renamed' } },
    { name: 'subscription', filter: { subscriptionId } },
    { name: 'status pending', filter: { status: 'pending' } },
    { name: 'status succeeded', filter: { status: 'succeeded' } },
    { name: 'status failed', filter: { status: 'failed' } },
    { name: 'status canceled', filter: { status: 'canceled' } },
    { name: 'outcome succeeded', filter: { outcome: 'succeeded' } },
    { name: 'outcome timeout', filter: { outcome: 'timeout' } },
    { name: 'outcome never seen', filter: { outcome: 'ssrf_blocked' } },
    { name: 'http_status 200', filter: { httpStatus: 200 } },
    { name: 'http_status 503', filter: { httpStatus: 503 } },
    { name: 'http_status 418 (two)', filter: { httpStatus: 418 } },
    { name: 'is_test', filter: { isTest: true } },
    { name: 'is_redelivery', filter: { isRedelivery: true } },
    { name: 'redelivery_of', filter: { redeliveryOf: deliveryId } },
    { name: 'an hour', filter: { since: middle, until } },
    { name: 'until', filter: { until } },
    { name: 'subscription, status failed', filter: { subscriptionId: failingId, status: 'failed' } },
    { name: 'subscription, status pending', filter: { subscriptionId, status: 'pending' } },
    { name: 'subscription, status succeeded', filter: { subscriptionId, status: 'succeeded' } },
    { name: 'subscription, event', filter: { subscriptionId, event: 'integration.disconnected' } },
    { name: 'subscription, event never sent', filter: { subscriptionId, event: 'scan.renamed' } },
    { name: 'subscription, outcome', filter: { subscriptionId: failingId, outcome: 'timeout' } },
    { name: 'subscription, http_status 418', filter: { subscriptionId, httpStatus: 418 } },
    { name: 'subscription, an hour', filter: { subscriptionId, since: middle, until } },
    { name: 'event, status failed', filter: { event: 'scan.failed', status: 'failed' } },
    { name: 'event, http_status 418', filter: { event: 'scan.failed', httpStatus: 418 } },
    { name: 'status failed, an hour', filter: { status: 'failed', since: middle, until } },
    { name: 'status succeeded, http_status 418', filter: { status: 'succeeded', httpStatus: 418 } },
    {
      name: 'subscription, event, status failed',
      filter: { subscriptionId: failingId, event: 'scan.failed', status: 'failed' },
    },
    { name: 'not is_test, outcome never seen', filter: { isTest: false, outcome: 'reset' } },
  ]
}
