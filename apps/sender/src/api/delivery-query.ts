import { z } from 'zod'
import type { DeliveryFilter } from '../store/delivery-filter.ts'
import { uuid } from './ids.ts'
import { pageParameters } from './pages.ts'
import { instant } from './timestamps.ts'

/** Where a delivery stands. */
export const deliveryStatus = z
  .enum(['pending', 'succeeded', 'failed', 'canceled'])
  .meta({ description: 'Owed, done, given up after the last attempt, or no longer owed.' })

/** What the outcome of an attempt may be. */
export const outcomeMeaning =
  '`succeeded`, `http_NNN` (any other status), `redirect`, `dns`, `connect`, `tls`, `reset`, `timeout`, `ssrf_blocked`, `canceled`, `lease_expired` or `internal`.'

const MAX_IDS = 100

const flag = z
  .enum(['true', 'false'], { error: 'Expected true or false' })
  .transform((text) => text === 'true')

/** Filters on a delivery as it is now, which a list and a live view have in common. */
export const deliveryFilters = {
  subscription_id: uuid.optional(),
  event: z
    .string()
    .max(100)
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, { error: 'Expected an event type such as scan.completed' })
    .optional()
    .meta({ description: 'An event type.' }),
  status: deliveryStatus.optional(),
}

/** The query of `GET /api/deliveries`. */
export const listDeliveriesQuery = z.strictObject({
  ...pageParameters,
  id: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(uuid).max(MAX_IDS))
    .optional()
    .meta({ description: `Ids, separated by commas; at most ${MAX_IDS}.` }),
  ...deliveryFilters,
  event_id: uuid.optional(),
  outcome: z
    .string()
    .regex(/^[a-z]+(_[a-z0-9]+)*$/, { error: 'Expected an outcome such as timeout or http_503' })
    .max(40)
    .optional()
    .meta({ description: `How the last attempt ended: ${outcomeMeaning}` }),
  http_status: z.coerce
    .number({ error: 'Expected a whole number' })
    .int()
    .min(100)
    .max(999)
    .optional()
    .meta({ description: 'Of the last attempt.' }),
  is_test: flag.optional().meta({ description: 'Only tests, or none.' }),
  is_redelivery: flag.optional().meta({ description: 'Only what was asked for again, or none of it.' }),
  redelivery_of: uuid.optional().meta({ description: 'The redeliveries of that delivery.' }),
  since: instant.optional().meta({ description: 'Created at or after.' }),
  until: instant.optional().meta({ description: 'Created before.' }),
})

/** The store's filter for a query. */
export function toDeliveryFilter(query: z.output<typeof listDeliveriesQuery>): DeliveryFilter {
  return {
    ...(query.id && { ids: query.id }),
    ...(query.subscription_id && { subscriptionId: query.subscription_id }),
    ...(query.event && { event: query.event }),
    ...(query.event_id && { eventId: query.event_id }),
    ...(query.status && { status: query.status }),
    ...(query.outcome && { outcome: query.outcome }),
    ...(query.http_status && { httpStatus: query.http_status }),
    ...(query.is_test !== undefined && { isTest: query.is_test }),
    ...(query.is_redelivery !== undefined && { isRedelivery: query.is_redelivery }),
    ...(query.redelivery_of && { redeliveryOf: query.redelivery_of }),
    ...(query.since && { since: query.since }),
    ...(query.until && { until: query.until }),
  }
}
