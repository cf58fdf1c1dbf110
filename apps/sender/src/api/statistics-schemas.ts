import { z } from 'zod'
import { type LatencyHistogram, quantileOf } from '../domain/latency-histogram.ts'
import { MAX_BUCKETS, type StatisticsRange } from '../domain/statistics-range.ts'
import type { AttemptCounts, StatisticsBucket, StatisticsOverTime } from '../store/statistics.ts'
import { deliveryFilters } from './delivery-query.ts'
import { instant, timestamp } from './timestamps.ts'

/** The query of `GET /api/deliveries/statistics`. */
export const statisticsQuery = z.strictObject({
  since: instant.optional().meta({ description: 'Rounded down to the step. Default: a day before `until`.' }),
  until: instant.optional().meta({ description: 'Rounded up to the step. Default: now.' }),
  subscription_id: deliveryFilters.subscription_id,
  event: deliveryFilters.event,
})

const count = z.int().nonnegative()

/** Attempts that succeeded and that failed. */
export const attemptCounts = z
  .object({ succeeded: count, failed: count })
  .meta({ description: 'Attempts that ended then. Those that the sender itself broke off are not counted.' })

/** A quantile of latencies. */
export const milliseconds = z.number().nonnegative()

const bucketAnswer = z.object({
  at: timestamp.meta({ description: 'When the bucket begins.' }),
  deliveries: z
    .object({ succeeded: count, failed: count, pending: count, canceled: count })
    .meta({ description: 'Deliveries that were created then, by their status now.' }),
  attempts: attemptCounts,
  latency_ms: z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds }).nullable().meta({
    description:
      'How long attempts took that got an answer: half of them, 95 % and 99 % took no longer. Within a factor of √2; `null` without any.',
  }),
})

/** What is answered about a range of time. */
export const statisticsAnswer = z
  .object({
    since: timestamp,
    until: timestamp,
    step_seconds: z
      .int()
      .meta({ description: 'The size of each bucket: 60, 300, 900, 3600, 21600 or 86400.' }),
    is_exact: z
      .boolean()
      .meta({ description: 'False where so much is pending that the oldest of it was not counted.' }),
    buckets: z
      .array(bucketAnswer)
      .max(MAX_BUCKETS)
      .meta({ description: 'All of the range, in order, empty ones too.' }),
  })
  .meta({
    id: 'DeliveryStatistics',
    description: 'Deliveries and attempts over time.',
    examples: [
      {
        since: '2026-03-01T12:00:00.000Z',
        until: '2026-03-01T12:01:00.000Z',
        step_seconds: 60,
        is_exact: true,
        buckets: [
          {
            at: '2026-03-01T12:00:00.000Z',
            deliveries: { succeeded: 118, failed: 1, pending: 3, canceled: 0 },
            attempts: { succeeded: 118, failed: 14 },
            latency_ms: { p50: 42, p95: 310, p99: 1204 },
          },
        ],
      },
    ],
  })

/** A range of time in the form of {@link statisticsAnswer}. */
export function toStatisticsAnswer(
  { since, until, stepSeconds }: StatisticsRange,
  { buckets, isExact }: StatisticsOverTime,
): z.output<typeof statisticsAnswer> {
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    step_seconds: stepSeconds,
    is_exact: isExact,
    buckets: buckets.map(toBucketAnswer),
  }
}

function toBucketAnswer({ at, deliveries, attempts }: StatisticsBucket): z.output<typeof bucketAnswer> {
  const { latency } = attempts
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((quantile) => toMilliseconds(latency, quantile))
  return {
    at: at.toISOString(),
    deliveries: { ...deliveries },
    attempts: toAttemptCounts(attempts),
    latency_ms: p50 == null || p95 == null || p99 == null ? null : { p50, p95, p99 },
  }
}

/** In the form of {@link attemptCounts}. */
export function toAttemptCounts({ succeeded, failed }: AttemptCounts): z.output<typeof attemptCounts> {
  return { succeeded, failed }
}

/** A quantile in whole milliseconds, at least 1: no more is known. `null` of nothing. */
export function toMilliseconds(latency: LatencyHistogram, quantile: number): number | null {
  const exact = quantileOf(latency, quantile)
  return exact === null ? null : Math.max(1, Math.round(exact))
}
