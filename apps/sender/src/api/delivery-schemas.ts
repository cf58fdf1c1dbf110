import { z } from 'zod'
import type { Delivery } from '../store/deliveries.ts'
import { deliveryStatus, outcomeMeaning } from './delivery-query.ts'
import { uuid } from './ids.ts'
import { pageOf } from './pages.ts'
import { timestamp } from './timestamps.ts'

/** The fields of a delivery, in lists and alone. */
export const deliveryFields = {
  id: uuid,
  subscription_id: uuid,
  url: z.string().meta({ description: "The subscription's endpoint, as it is now." }),
  event: z.string(),
  event_id: uuid,
  matched_by: z
    .string()
    .nullable()
    .meta({ description: "The subscription's pattern that the event matched; `null` for a test." }),
  redelivery_of: uuid.nullable().meta({ description: 'The delivery that this one repeats.' }),
  is_test: z.boolean().meta({ description: 'A test is attempted once.' }),
  status: deliveryStatus,
  reason: z
    .string()
    .nullable()
    .meta({ description: 'Why it failed or was canceled, as a code such as `retries_exhausted`.' }),
  attempt_count: z.int(),
  last_outcome: z
    .string()
    .nullable()
    .meta({ description: `How the last attempt ended: ${outcomeMeaning}` }),
  last_http_status: z.int().nullable(),
  next_attempt_at: timestamp
    .nullable()
    .meta({ description: 'When the next attempt is due; `null` once nothing more is owed.' }),
  created_at: timestamp,
  completed_at: timestamp.nullable(),
}

/** A delivery as an example. */
export const deliveryExample = {
  id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
  subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/webhooks',
  event: 'compliance.control_failed',
  event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
  matched_by: 'compliance.*',
  redelivery_of: null,
  is_test: false,
  status: 'pending',
  reason: null,
  attempt_count: 1,
  last_outcome: 'http_500',
  last_http_status: 500,
  next_attempt_at: '2026-03-01T12:00:11.204Z',
  created_at: '2026-03-01T12:00:00.000Z',
  completed_at: null,
} as const

/** A delivery as the Delivery Log lists it. */
export const deliveryAnswer = z
  .object(deliveryFields)
  .meta({ id: 'Delivery', description: 'One event owed to one subscription.', examples: [deliveryExample] })

/** A page of the Delivery Log. */
export const deliveryPage = pageOf(deliveryAnswer, 'DeliveryPage')

/** A delivery in the form of {@link deliveryAnswer}. */
export function toDeliveryAnswer(delivery: Delivery): z.output<typeof deliveryAnswer> {
  return {
    id: delivery.id,
    subscription_id: delivery.subscriptionId,
    url: delivery.url,
    event: delivery.event,
    event_id: delivery.eventId,
    matched_by: delivery.matchedBy,
    redelivery_of: delivery.redeliveryOf,
    is_test: delivery.isTest,
    status: delivery.status,
    reason: delivery.reason,
    attempt_count: delivery.attemptCount,
    last_outcome: delivery.lastOutcome,
    last_http_status: delivery.lastHttpStatus,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    completed_at: delivery.completedAt?.toISOString() ?? null,
  }
}
