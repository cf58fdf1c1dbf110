import { z } from 'zod'
import type { Attempt, Delivery, DeliveryDetail, DeliveryFilter } from '../store/deliveries.ts'
import { uuid } from './ids.ts'
import { pageOf, pageParameters } from './pages.ts'
import { instant, timestamp } from './timestamps.ts'

const status = z
  .enum(['pending', 'succeeded', 'failed', 'canceled'])
  .meta({ description: 'Owed, done, given up after the last attempt, or no longer owed.' })

/** The query of `GET /api/deliveries`. */
export const listDeliveriesQuery = z.strictObject({
  ...pageParameters,
  subscription_id: uuid.optional(),
  event: z
    .string()
    .max(100)
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, { error: 'Expected an event type such as scan.completed' })
    .optional()
    .meta({ description: 'An event type.' }),
  event_id: uuid.optional(),
  status: status.optional(),
  since: instant.optional().meta({ description: 'Created at or after.' }),
  until: instant.optional().meta({ description: 'Created before.' }),
})

const outcomeMeaning =
  '`succeeded`, `http_NNN` (any other status), `redirect`, `dns`, `connect`, `tls`, `reset`, `timeout`, `ssrf_blocked`, `canceled`, `lease_expired` or `internal`.'

const fields = {
  id: uuid,
  subscription_id: uuid,
  url: z.string().meta({ description: "The subscription's endpoint, as it is now." }),
  event: z.string(),
  event_id: uuid,
  status,
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

const example = {
  id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
  subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/webhooks',
  event: 'compliance.control_failed',
  event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
  status: 'pending',
  attempt_count: 1,
  last_outcome: 'http_500',
  last_http_status: 500,
  next_attempt_at: '2026-03-01T12:00:11.204Z',
  created_at: '2026-03-01T12:00:00.000Z',
  completed_at: null,
} as const

/** A delivery as the Delivery Log lists it. */
export const deliveryAnswer = z
  .object(fields)
  .meta({ id: 'Delivery', description: 'One event owed to one subscription.', examples: [example] })

const attemptAnswer = z
  .object({
    number: z.int().meta({ description: 'Counted from 1.' }),
    started_at: timestamp,
    duration_ms: z.int(),
    outcome: z.string().meta({ description: outcomeMeaning }),
    http_status: z.int().nullable(),
    response_body: z.string().nullable().meta({
      description:
        "The start of the response's body, at most 16 KiB; bytes that are not UTF-8 are shown as U+FFFD.",
    }),
    detail: z.string().nullable().meta({ description: 'What went wrong.' }),
  })
  .meta({ id: 'Attempt', description: 'One HTTP request for a delivery.' })

/** A delivery with its body and its attempts. */
export const deliveryDetailAnswer = z
  .object({
    ...fields,
    body: z.string().meta({
      description:
        'The envelope. Its UTF-8 bytes are exactly the bytes that are sent and signed on every attempt.',
    }),
    attempts: z.array(attemptAnswer).meta({ description: 'In order.' }),
  })
  .meta({
    id: 'DeliveryDetail',
    description: 'A delivery with its body and what became of each attempt.',
    examples: [
      {
        ...example,
        body: '{"event":"compliance.control_failed","event_id":"5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77","timestamp":"2026-03-01T12:00:00.000Z","data":{"control_id":"CC6.1","framework":"SOC 2","previous_status":"passed","new_status":"failed"}}',
        attempts: [
          {
            number: 1,
            started_at: '2026-03-01T12:00:00.012Z',
            duration_ms: 38,
            outcome: 'http_500',
            http_status: 500,
            response_body: 'Internal Server Error',
            detail: null,
          },
        ],
      },
    ],
  })

/** A page of the Delivery Log. */
export const deliveryPage = pageOf(deliveryAnswer, 'DeliveryPage')

/** The store's filter for a query. */
export function toDeliveryFilter(query: z.output<typeof listDeliveriesQuery>): DeliveryFilter {
  const { subscription_id: subscriptionId, event, event_id: eventId, status, since, until } = query
  return {
    ...(subscriptionId && { subscriptionId }),
    ...(event && { event }),
    ...(eventId && { eventId }),
    ...(status && { status }),
    ...(since && { since }),
    ...(until && { until }),
  }
}

/** A delivery in the form of {@link deliveryAnswer}. */
export function toDeliveryAnswer(delivery: Delivery): z.output<typeof deliveryAnswer> {
  return {
    id: delivery.id,
    subscription_id: delivery.subscriptionId,
    url: delivery.url,
    event: delivery.event,
    event_id: delivery.eventId,
    status: delivery.status,
    attempt_count: delivery.attemptCount,
    last_outcome: delivery.lastOutcome,
    last_http_status: delivery.lastHttpStatus,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    completed_at: delivery.completedAt?.toISOString() ?? null,
  }
}

/** A delivery in the form of {@link deliveryDetailAnswer}. */
export function toDeliveryDetailAnswer(detail: DeliveryDetail): z.output<typeof deliveryDetailAnswer> {
  return {
    ...toDeliveryAnswer(detail),
    // webhooks.publish makes every body from text, so it is UTF-8.
    body: utf8.decode(detail.body),
    attempts: detail.attempts.map(toAttemptAnswer),
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function toAttemptAnswer(attempt: Attempt): z.output<typeof attemptAnswer> {
  return {
    number: attempt.number,
    started_at: attempt.startedAt.toISOString(),
    duration_ms: attempt.durationMs,
    outcome: attempt.outcome,
    http_status: attempt.httpStatus,
    response_body: attempt.responseBody && utf8.decode(attempt.responseBody),
    detail: attempt.detail,
  }
}
