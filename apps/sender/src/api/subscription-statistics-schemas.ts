import { z } from 'zod'
import { addHistograms } from '../domain/latency-histogram.ts'
import type { SubscriptionStatistics } from '../store/statistics.ts'
import { deliveryStatus, outcomeMeaning } from './delivery-query.ts'
import { uuid } from './ids.ts'
import { attemptCounts, milliseconds, toAttemptCounts, toMilliseconds } from './statistics-schemas.ts'
import { timestamp } from './timestamps.ts'

const MAX_IDS = 100

/** The query of `GET /api/webhooks/statistics`. */
export const subscriptionStatisticsQuery = z.strictObject({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(uuid).max(MAX_IDS))
    .meta({ description: `Ids of subscriptions, separated by commas; at most ${MAX_IDS}.` }),
})

const hourAnswer = z.object({
  at: timestamp,
  succeeded: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  p50_ms: milliseconds.nullable(),
  p95_ms: milliseconds.nullable(),
})

const lastDelivery = z.object({
  id: uuid,
  event: z.string(),
  status: deliveryStatus,
  last_outcome: z
    .string()
    .nullable()
    .meta({ description: `How the last attempt ended: ${outcomeMeaning}` }),
  created_at: timestamp,
  completed_at: timestamp.nullable(),
})

const oneAnswer = z.object({
  subscription_id: uuid,
  since: timestamp.meta({ description: 'When the first of the hours began.' }),
  attempts: attemptCounts,
  latency_ms: z
    .object({ p50: milliseconds, p95: milliseconds })
    .nullable()
    .meta({ description: 'How long attempts took that got an answer, within a factor of √2.' }),
  hours: z
    .array(hourAnswer)
    .meta({ description: '24 hours of the clock, in order; the last one is under way.' }),
  last_delivery: lastDelivery.nullable().meta({ description: 'The newest, tests included.' }),
  pending: z.object({ count: z.int().nonnegative(), is_exact: z.boolean() }).meta({
    description:
      'Deliveries that are owed, tests included. Where there are too many to count them, `is_exact` is false: at least so many.',
  }),
})

/** What is answered about subscriptions. */
export const subscriptionStatisticsAnswer = z.object({ data: z.array(oneAnswer) }).meta({
  id: 'SubscriptionStatistics',
  description: 'How subscriptions have been doing lately.',
  examples: [
    {
      data: [
        {
          subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
          since: '2026-02-28T13:00:00.000Z',
          attempts: { succeeded: 118, failed: 14 },
          latency_ms: { p50: 42, p95: 310 },
          hours: [{ at: '2026-02-28T13:00:00.000Z', succeeded: 118, failed: 14, p50_ms: 42, p95_ms: 310 }],
          last_delivery: {
            id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
            event: 'compliance.control_failed',
            status: 'pending',
            last_outcome: 'http_500',
            created_at: '2026-03-01T12:00:00.000Z',
            completed_at: null,
          },
          pending: { count: 3, is_exact: true },
        },
      ],
    },
  ],
})

/** Subscriptions in the form of {@link subscriptionStatisticsAnswer}. */
export function toSubscriptionStatisticsAnswer(
  all: readonly SubscriptionStatistics[],
): z.output<typeof subscriptionStatisticsAnswer> {
  return { data: all.map(toOneAnswer) }
}

function toOneAnswer(one: SubscriptionStatistics): z.output<typeof oneAnswer> {
  const { subscriptionId, since, hours, pending } = one
  const latency = addHistograms(hours.map((hour) => hour.latency))
  const [p50, p95] = [toMilliseconds(latency, 0.5), toMilliseconds(latency, 0.95)]
  return {
    subscription_id: subscriptionId,
    since: since.toISOString(),
    attempts: {
      succeeded: hours.reduce((sum, { succeeded }) => sum + succeeded, 0),
      failed: hours.reduce((sum, { failed }) => sum + failed, 0),
    },
    latency_ms: p50 === null || p95 === null ? null : { p50, p95 },
    hours: hours.map((hour) => ({
      at: hour.at.toISOString(),
      ...toAttemptCounts(hour),
      p50_ms: toMilliseconds(hour.latency, 0.5),
      p95_ms: toMilliseconds(hour.latency, 0.95),
    })),
    last_delivery: toLastDelivery(one.lastDelivery),
    pending: { count: pending.count, is_exact: pending.isExact },
  }
}

function toLastDelivery(last: SubscriptionStatistics['lastDelivery']): z.output<typeof lastDelivery> | null {
  if (last === undefined) return null
  return {
    id: last.id,
    event: last.event,
    status: last.status,
    last_outcome: last.lastOutcome,
    created_at: last.createdAt.toISOString(),
    completed_at: last.completedAt?.toISOString() ?? null,
  }
}
